import { AuroraError } from "../../aurora/errors";
import type { Credentials } from "../../config/credentials";
import { UserError } from "../../errors";
import { connections } from "../../job/connections";
import type { PackageUse } from "./inputs";
import type { PackagePlace } from "./place";
import { jobsInWords, jobsOn, type RunningJob, runningJobs } from "./running-jobs";

/** Core packages that are about to be deleted. */
export interface LeavingPackages {
  readonly places: readonly PackagePlace[];
  readonly use: PackageUse;
  /** How to leave them where they are, in words that follow "or, to leave the package where it is, ". */
  readonly otherwise?: string;
}

const forgetIt = "take it out of the state: 'pulumi state delete <URN of the package>'";

/**
 * Asked when the stack's own jobs have left the packages. Of jobs that are in no state, such as a topology that was left behind
 * or one that somebody submitted with the stack's conf dir, only the scheduler knows.
 * @throws UserError where jobs of the role run on one of them, and where the scheduler does not say so
 */
export async function requireUnused(leaving: LeavingPackages, credentials: Credentials): Promise<void> {
  const { places, otherwise = forgetIt } = leaving;
  const jobs = await jobsOf(leaving, credentials);
  const on = [...new Set(places.flatMap((place) => jobsOn(place, jobs)))];
  if (on.length === 0) return;
  const [run, they, them] = on.length === 1 ? ["runs", "it is", "it"] : ["run", "they are", "them"];
  throw new UserError(
    `The core package is not deleted: ${jobsInWords(on)} still ${run} on it, and ${they} not of this stack. Move ${them} to another or kill ${them}, then run this ` +
      `again; or, to leave the package where it is, ${otherwise}.`,
  );
}

async function jobsOf({ use, otherwise = forgetIt }: LeavingPackages, credentials: Credentials): Promise<RunningJob[]> {
  const { cluster, role, scheduler } = use;
  const aurora = connections(credentials).aurora(cluster, scheduler);
  try {
    return await runningJobs(aurora, cluster, role);
  } catch (error) {
    if (!(error instanceof AuroraError)) throw error;
    throw new UserError(
      `The core package is not deleted, since whether jobs of others still run on it is not known: ${error.message} Run this again ` +
        `when the scheduler answers; or, to leave the package where it is, ${otherwise}.`,
    );
  } finally {
    await aurora.close();
  }
}
