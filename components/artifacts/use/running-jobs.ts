import type { AuroraClient } from "../../aurora/client";
import { formatJobKey, type JobKey } from "../../aurora/job-key";
import type { UpdateKey } from "../../aurora/update";
import { activeUpdate } from "../../job/update";
import type { PackagePlace } from "./place";

/** A job, and what its tasks run: what several of them do is said once. */
export interface RunningJob {
  readonly key: string;
  readonly runs: readonly string[];
}

/**
 * The active jobs of a role, whoever has submitted them, and those of which an update is under way, which may have ended all
 * of a job's containers.
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
  const running = new Map<string, readonly string[]>();
  for (const job of asked) running.set(formatJobKey(job), await taskTexts(aurora, job));
  // After the tasks: one that begins meanwhile has ended none of those that were seen.
  for (const update of await aurora.activeUpdates(role)) {
    const key = formatJobKey(update.job);
    if (!leaving.has(key)) running.set(key, [...(running.get(key) ?? []), ...(await updateTexts(aurora, update))]);
  }
  return [...running].map(([key, texts]) => ({ key, runs: distinct(texts) }));
}

/**
 * One job, with what an update that is under way brings it to, or back to: that may have ended all of the job's containers, to
 * start them anew.
 * @throws AuroraError
 */
export async function runningJob(aurora: AuroraClient, job: JobKey): Promise<RunningJob> {
  const tasks = await taskTexts(aurora, job);
  const update = await activeUpdate(aurora, job);
  const coming = update === undefined ? [] : await updateTexts(aurora, { job, id: update.id });
  return { key: formatJobKey(job), runs: distinct([...tasks, ...coming]) };
}

async function taskTexts(aurora: AuroraClient, job: JobKey): Promise<readonly string[]> {
  const tasks = await aurora.tasks(job, { active: true, withConfig: true });
  // One that is being killed is never started again.
  const staying = tasks.filter(({ status }) => status !== "KILLING");
  return distinct(staying.map(({ config }) => JSON.stringify(config?.executorConfig ?? null)));
}

async function updateTexts(aurora: AuroraClient, update: UpdateKey): Promise<readonly string[]> {
  const { executorDataBefore, executorDataAfter } = await aurora.updateDetails(update);
  return [...executorDataBefore, executorDataAfter];
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
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
