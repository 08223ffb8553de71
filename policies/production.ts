import { readDefinition, type Topology } from "../components/heron/definition";
import { isKnownText } from "../components/json-text";
import type { JobPayload } from "../components/job/payload";
import { type AuroraJobProperties, inputsOf } from "../components/job/registration";
import { jobType } from "../components/job/urn";
import type { RegisteredResource, Rule } from "./resource";

/** The inputs of a topology's job; undefined of any other resource, and where they are not known yet. */
export function jobInputs({ type, props }: RegisteredResource): object | undefined {
  const { job } = props;
  if (type !== jobType || (typeof job !== "string" && typeof job !== "object") || job === null) return undefined;
  return isKnownText(job) ? inputsOf(props as unknown as AuroraJobProperties) : undefined;
}

/** What is said of a rule beside the check. */
export type RuleText = Omit<Rule, "check">;

/** A topology of Aurora's environment `prod`, or one that is protected, as in a stack that is marked `production`. */
interface ProductionTopology {
  readonly jobKey: string;
  /** Its job's inputs. */
  readonly job: unknown;
  readonly payload?: JobPayload;
}

/**
 * A rule that each production topology keeps to.
 * @param faults what breaks it and what to do, in words that follow the job key; empty when nothing does
 */
export function everyProductionTopology(
  rule: RuleText,
  faults: (topology: ProductionTopology) => readonly string[],
): Rule {
  return {
    ...rule,
    check: (resources) =>
      resources
        .flatMap(productionTopology)
        .flatMap((topology) => faults(topology).map((fault) => `${topology.jobKey}: ${fault}`)),
  };
}

/** The same by what is submitted; a topology of which that is not known breaks the rule. */
export function everySubmission(
  rule: RuleText,
  faults: (definition: Topology, payload: JobPayload) => readonly string[],
): Rule {
  return everyProductionTopology(rule, ({ jobKey, payload }) =>
    payload === undefined
      ? [
          "cannot be judged: what it submits is not in this checkout's cache (.heron/cache); preview in the project's folder",
        ]
      : faults(readDefinition(Buffer.from(payload.topology, "base64"), jobKey), payload),
  );
}

function productionTopology(resource: RegisteredResource): readonly ProductionTopology[] {
  const { type, props, opts, payload } = resource;
  const { jobKey } = props;
  if (type !== jobType || typeof jobKey !== "string") return [];
  const job = jobInputs(resource);
  // Not known before something else of the same preview is made: judged by the next.
  if (job === undefined) return [];
  if (jobKey.split("/")[2] !== "prod" && opts?.protect !== true) return [];
  return [{ jobKey, job, ...(payload && { payload }) }];
}
