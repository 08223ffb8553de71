import { readDefinition, type Topology } from "../components/heron/definition";
import type { JobPayload } from "../components/job/payload";
import type { RegisteredResource, Rule } from "./resource";

/** Type token of a topology's job. */
export const jobType = "pulumi-nodejs:dynamic/heron:AuroraJob";

/** What is said of a rule beside the check. */
export type RuleText = Omit<Rule, "check">;

/** A topology of Aurora's environment `prod`, or one that is protected, as in a stack that is marked `production`. */
interface ProductionTopology {
  readonly jobKey: string;
  /** What the engine keeps of its job. */
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

function productionTopology({ type, props, opts, payload }: RegisteredResource): readonly ProductionTopology[] {
  const { jobKey, job } = props;
  if (type !== jobType || typeof jobKey !== "string") return [];
  if (jobKey.split("/")[2] !== "prod" && opts?.protect !== true) return [];
  return [{ jobKey, job, ...(payload && { payload }) }];
}
