import type { AuroraClient } from "../../aurora/client";
import { formatJobKey, type JobKey } from "../../aurora/job-key";

/** A job, and all that its tasks run. */
export interface RunningJob {
  readonly key: string;
  readonly runs: string;
}

/** Where a package lies: texts that all occur in whatever fetches it from there, and not together in anything else. */
export type PackagePlace = readonly string[];

/** The place of a file, by its absolute path; by its name alone, which has its hash, where a shell would quote the path. */
export function pathPlace(path: string): PackagePlace {
  return [/^[\w@%+=:,./-]+$/.test(path) ? path : path.slice(path.lastIndexOf("/") + 1)];
}

/** The active jobs of a role, whoever has submitted them. @throws AuroraError */
export async function runningJobs(aurora: AuroraClient, cluster: string, role: string): Promise<RunningJob[]> {
  const running: RunningJob[] = [];
  for (const { job, active, pending } of await aurora.jobs(role)) {
    if (active + pending > 0) running.push(await withTasks(aurora, { ...job, cluster }));
  }
  return running;
}

/** Keys of the jobs that fetch the package at `place` when one of their containers starts. */
export function jobsOn(place: PackagePlace, jobs: readonly RunningJob[]): string[] {
  return jobs.filter(({ runs }) => place.every((text) => runs.includes(text))).map(({ key }) => key);
}

async function withTasks(aurora: AuroraClient, job: JobKey): Promise<RunningJob> {
  const tasks = await aurora.tasks(job, { active: true, withConfig: true });
  return { key: formatJobKey(job), runs: JSON.stringify(tasks.map(({ config }) => config?.executorConfig)) };
}
