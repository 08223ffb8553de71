import type { OldInputs } from "../../components/job/changes";
import type { JobPayload } from "../../components/job/payload";
import { type AuroraJobProperties, inputsOf } from "../../components/job/registration";
import type { BeforeAfter } from "./model";
import type { JobSide } from "./side";
import { isRecord, type Operation, type Properties, type Source } from "./source";

const jobType = "pulumi-nodejs:dynamic/heron:AuroraJob";

/** An Aurora job in a preview or a state. */
export interface Job extends BeforeAfter<JobSide> {
  readonly urn: string;
  readonly operation: Operation;
}

/** Finds what went into the state tree for one side of a job, where it is at hand. */
export type FindPayload = (inputs: OldInputs, job: Job) => Promise<JobPayload | undefined>;

/** The Aurora jobs of a preview or a state, without their payloads. */
export function jobsOf({ resources }: Source): Job[] {
  return resources
    .filter(({ type }) => type === jobType)
    .map(({ urn, operation, before, after }) => ({
      urn,
      operation,
      ...(before && { before: { inputs: jobInputs(before) } }),
      ...(after && { after: { inputs: jobInputs(after) } }),
    }));
}

/** The same jobs with the payloads that are found. */
export function withPayloads(jobs: readonly Job[], find: FindPayload): Promise<Job[]> {
  return Promise.all(
    jobs.map(async (job) => {
      const [before, after] = await Promise.all([completed(job.before, job, find), completed(job.after, job, find)]);
      return { ...job, ...(before && { before }), ...(after && { after }) };
    }),
  );
}

async function completed(side: JobSide | undefined, job: Job, find: FindPayload): Promise<JobSide | undefined> {
  if (side === undefined) return undefined;
  const payload = await find(side.inputs, job);
  return payload === undefined ? side : { ...side, payload };
}

/** A job that waits for a resource that is yet to be made has a placeholder for its inputs. */
function jobInputs(properties: Properties): OldInputs {
  const { job, ...rest } = properties;
  const known = isRecord(job) ? { ...rest, job } : rest;
  return inputsOf(known as unknown as AuroraJobProperties);
}
