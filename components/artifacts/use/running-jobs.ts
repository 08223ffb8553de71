import type { AuroraClient } from "../../aurora/client";
import { formatJobKey, type JobKey } from "../../aurora/job-key";
import { activeUpdate } from "../../job/update";
import type { PackagePlace } from "./place";

/** A job, and what its tasks run: what several of them do is said once. */
export interface RunningJob {
  readonly key: string;
  readonly runs: readonly string[];
}

/**
 * The active jobs of a role, whoever has submitted them.
 * @param leaving keys of jobs that are not asked for
 * @throws AuroraError
 */
export async function runningJobs(
  aurora: AuroraClient,
  cluster: string,
  role: string,
  leaving: ReadonlySet<string> = new Set(),
): Promise<RunningJob[]> {
  const active = (await aurora.jobs(role)).filter(({ active, pending }) => active + pending > 0);
  const asked = active.map(({ job }) => ({ ...job, cluster })).filter((job) => !leaving.has(formatJobKey(job)));
  const running: RunningJob[] = [];
  for (const job of asked) running.push(await runningJob(aurora, job));
  return running;
}

/**
 * One job, with what an update that is under way brings it to, or back to: that may have ended all of the job's containers, to
 * start them anew.
 * @throws AuroraError
 */
export async function runningJob(aurora: AuroraClient, job: JobKey): Promise<RunningJob> {
  const key = formatJobKey(job);
  const tasks = await aurora.tasks(job, { active: true, withConfig: true });
  // One that is being killed is never started again.
  const staying = tasks.filter(({ status }) => status !== "KILLING");
  const runs = new Set(staying.map(({ config }) => JSON.stringify(config?.executorConfig ?? null)));
  const update = await activeUpdate(aurora, job);
  if (update !== undefined) {
    const { executorDataBefore, executorDataAfter } = await aurora.updateDetails({ job, id: update.id });
    for (const data of [...executorDataBefore, executorDataAfter]) runs.add(data);
  }
  return { key, runs: [...runs] };
}

/** Keys of the jobs that fetch the package at `place` when one of their containers starts. */
export function jobsOn(place: PackagePlace, jobs: readonly RunningJob[]): string[] {
  return jobs.filter(({ runs }) => runs.some((text) => place.test(text))).map(({ key }) => key);
}

/** Jobs that a message names one by one. */
const mostNamed = 5;

/** Jobs for a message, in the order of their keys; many are counted. */
export function jobsInWords(keys: readonly string[]): string {
  const others = keys.length - mostNamed;
  const named = [...keys].sort().slice(0, mostNamed).join(", ");
  return others > 0 ? `${named} and ${others} more` : named;
}
