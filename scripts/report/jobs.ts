import type { OldInputs } from "../../components/job/changes";
import type { JobPayload } from "../../components/job/payload";
import { type AuroraJobProperties, inputsOf } from "../../components/job/registration";
import { isKnownText } from "../../components/json-text";
import { jobType } from "../../components/job/urn";
import type { BeforeAfter } from "./model";
import type { JobSide } from "./side";
import type { Operation, Properties, Source } from "./source";

/** An Aurora job in a preview or a state. */
export interface Job extends BeforeAfter<JobSide> {
  readonly urn: string;
  readonly operation: Operation;
  readonly retained?: true;
}

/** Finds what went into the state tree for one side of a job, where it is at hand. */
export type FindPayload = (inputs: OldInputs) => Promise<JobPayload | undefined>;

/** The Aurora jobs of a preview or a state, without their payloads. */
export function jobsOf({ resources }: Source): Job[] {
  return resources
    .filter(({ type }) => type === jobType)
    .map(({ urn, operation, retained, before, after }) => ({
      urn,
      operation,
      ...(retained && { retained }),
      ...side("before", before),
      ...side("after", after),
    }));
}

/**
 * The same jobs, of which one that goes as one resource and comes as another, as after a rename without an alias, is one that
 * changes: what makes the second finds it, and what deletes the first leaves it. The words of the second are of a submission.
 */
export function joined(jobs: readonly Job[]): Job[] {
  const keyOf = (job: Job) => (job.after ?? job.before)?.inputs.jobKey;
  const going = new Map(jobs.filter(({ operation }) => operation === "delete").map((job) => [keyOf(job), job]));
  const coming = new Set(jobs.filter(({ operation }) => operation === "create").map(keyOf));
  return jobs.flatMap((job) => {
    if (job.operation === "delete" && coming.has(keyOf(job))) return [];
    const former = job.operation === "create" ? going.get(keyOf(job)) : undefined;
    if (former?.before === undefined || job.after === undefined) return [job];
    const { change: _, ...inputs } = job.after.inputs;
    return [{ urn: job.urn, operation: "update", before: former.before, after: { ...job.after, inputs } }];
  });
}

/** The same jobs with the payloads that are found. */
export function withPayloads(jobs: readonly Job[], find: FindPayload): Promise<Job[]> {
  return Promise.all(
    jobs.map(async (job) => {
      const [before, after] = await Promise.all([completed(job.before, find), completed(job.after, find)]);
      return { ...job, ...(before && { before }), ...(after && { after }) };
    }),
  );
}

async function completed(side: JobSide | undefined, find: FindPayload): Promise<JobSide | undefined> {
  if (side === undefined) return undefined;
  const payload = await find(side.inputs);
  return payload === undefined ? side : { ...side, payload };
}

/** Nothing of a job that waits for a resource yet to be made: it has a placeholder for its inputs. */
function side(name: "before" | "after", properties: Properties | undefined): Partial<Record<typeof name, JobSide>> {
  if (properties === undefined || !isKnownText((properties as unknown as AuroraJobProperties).job)) return {};
  return { [name]: { inputs: inputsOf(properties as unknown as AuroraJobProperties) } };
}
