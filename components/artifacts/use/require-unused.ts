import { AuroraError } from "../../aurora/errors";
import { parseJobKey } from "../../aurora/job-key";
import type { Credentials } from "../../config/credentials";
import { UserError } from "../../errors";
import { type Connections, connections } from "../../job/connections";
import type { PackageUse } from "./inputs";
import type { PackagePlace } from "./place";
import { jobsInWords, jobsOn, runningJob, runningJobs } from "./running-jobs";

/** Packages that are about to be deleted. */
export interface LeavingPackages {
  readonly places: readonly PackagePlace[];
  readonly use: PackageUse;
  /** How to leave them where they are, in words that follow "or, to leave the package where it is, ". */
  readonly otherwise?: string;
}

const forgetIt = "take it out of the state: 'pulumi state delete <URN of the package>'";

/**
 * Asked when the stack's own jobs have left the packages, as far as its state tells. Of jobs that are in no state, such as a
 * topology that was left behind, one that somebody submitted with the stack's conf dir, or one that a run was rolling when it was
 * killed, only the scheduler knows.
 * @throws UserError where jobs that may fetch one of them run on it, and where the scheduler does not say so
 */
export async function requireUnused(leaving: LeavingPackages, credentials: Credentials): Promise<void> {
  const { use, otherwise = forgetIt } = leaving;
  const on = await jobsOnAny(leaving, credentials);
  if (on.length === 0) return;
  throw new UserError(
    `${subjectOf(use)} is not deleted: ${use.job === undefined ? onCore(on) : onTopology}; or, to leave the package where it is, ${otherwise}.`,
  );
}

function onCore(jobs: readonly string[]): string {
  const [run, they, them] = jobs.length === 1 ? ["runs", "it is", "it"] : ["run", "they are", "them"];
  return (
    `${jobsInWords(jobs)} still ${run} on it, and ${they} not of this stack. Move ${them} to another or kill ${them}, then run this ` +
    `again; where the stack does have ${them}, as after a run that was killed, run 'pulumi refresh' first`
  );
}

const onTopology =
  "the job still runs on it or is being rolled to it, of which the stack's state does not know, as after a run that was killed. " +
  "Run 'pulumi refresh' and then 'pulumi up' (or 'npm run deploy', which does both), so that the job is brought to the documents' package " +
  "first; a job that the stack has given up, kill";

function subjectOf({ job }: PackageUse): string {
  return job === undefined ? "The core package" : `The package of topology ${job}`;
}

async function jobsOnAny({ places, use, otherwise = forgetIt }: LeavingPackages, credentials: Credentials) {
  const { cluster, role, job, scheduler } = use;
  const aurora = connectedWith(credentials).aurora(cluster, scheduler);
  try {
    const jobs =
      job === undefined ? await runningJobs(aurora, cluster, role) : [await runningJob(aurora, parseJobKey(job))];
    return [...new Set(places.flatMap((place) => jobsOn(place, jobs)))];
  } catch (error) {
    if (!(error instanceof AuroraError)) throw error;
    const whose = use.job === undefined ? "jobs of others still run" : "the job still runs";
    throw new UserError(
      `${subjectOf(use)} is not deleted, since whether ${whose} on it is not known: ${error.message} Run this again ` +
        `when the scheduler answers; or, to leave the package where it is, ${otherwise}.`,
    );
  }
}

/** Of a run, which may have a package of each of hundreds of topologies to ask for. */
const opened = new WeakMap<Credentials, Connections>();

function connectedWith(credentials: Credentials): Connections {
  const made = opened.get(credentials) ?? connections(credentials);
  opened.set(credentials, made);
  return made;
}
