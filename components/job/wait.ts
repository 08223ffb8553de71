import { setTimeout as sleep } from "node:timers/promises";
import type { AuroraClient } from "../aurora/client";
import { formatJobKey, type JobKey } from "../aurora/job-key";
import { type LastWords, wordsText } from "../aurora/observer";
import type { TaskStatus } from "../aurora/task-status";
import { UserError } from "../errors";
import { explainWords } from "../probe/words";
import type { Progress } from "./progress";

/** A call whose answer was lost is not repeated blindly: the world is read anew, at most this often. */
export const looks = 5;

/** How long a lost call is given to land before the world is read, in ms: it may still be on its way. */
export const settleMs = 2_000;

/** An instance that failed this often while we wait will not come up by waiting longer. */
const failuresUntilHopeless = 3;

const longestPause = 2_000;

/** How often the scheduler is asked why instances are PENDING, ms. */
const pendingEveryMs = 5_000;

/** Endings that nobody asked for. */
const failures: readonly string[] = ["FAILED", "LOST"];

/** Instances whose reasons are told one by one. */
const mostReasons = 5;

/** Polls `done` at growing intervals until it says true; false when `deadline` (ms since the epoch) passes first. */
export async function poll(deadline: number, done: () => Promise<boolean>): Promise<boolean> {
  for (let pause = 50; ; pause = Math.min(pause * 1.6, longestPause)) {
    if (await done()) return true;
    const left = deadline - Date.now();
    if (left <= 0) return false;
    await sleep(Math.min(pause, left));
  }
}

/**
 * Waits until all of `instances` are RUNNING, which Aurora's executor reports once the health checks pass
 * (as the stock client's `--wait-until RUNNING`).
 * @throws UserError with the reason from the tasks' last events when it will not happen, or not in `seconds`
 */
export async function waitUntilRunning(
  aurora: AuroraClient,
  job: JobKey,
  instances: readonly number[],
  seconds: number,
  progress: Progress,
): Promise<void> {
  const started = Date.now();
  let hopeless: TaskStatus | undefined;
  let asked = started;
  let pending = "";
  /** Instance → failures before we waited: Aurora counts those of an instance's whole life. */
  const before = new Map<number, number>();
  const isHopeless = ({ instanceId, status, failureCount }: TaskStatus): boolean => {
    const known = Math.min(before.get(instanceId) ?? failureCount, failureCount);
    before.set(instanceId, known);
    // One that was held back before we came may come up by itself, once its cause is mended.
    return status === "THROTTLED" ? failureCount > known : failureCount - known >= failuresUntilHopeless;
  };
  const up = await poll(started + seconds * 1000, async () => {
    const tasks = await aurora.tasks(job, { active: true });
    const wanted = tasks.filter((task) => instances.includes(task.instanceId));
    const running = wanted.filter((task) => task.status === "RUNNING").length;
    if (wanted.some(({ status }) => status === "PENDING") && Date.now() - asked >= pendingEveryMs) {
      asked = Date.now();
      const why = (await aurora.pendingReasons(job)).find(({ reason }) => reason !== "");
      pending = why === undefined ? "" : ` (${why.reason})`;
    }
    progress(`${running} of ${instances.length} instances RUNNING${others(wanted, pending)}`);
    hopeless = wanted.find(isHopeless);
    return running === instances.length || hopeless !== undefined;
  });
  if (up && hopeless === undefined) return;
  const why = await reasons(aurora, job, instances);
  throw new UserError(
    (hopeless ? `${formatJobKey(job)} does not come up` : `${formatJobKey(job)} was not RUNNING within ${seconds} s`) +
      `:\n${why}\nThe job is left as it is and is recorded; mend the cause and run 'pulumi up' again, which goes on from here.`,
  );
}

/** Waits until no task of the job (or none of `instances`, if given) is active: killTasks only asks for it. */
export async function waitUntilGone(
  aurora: AuroraClient,
  job: JobKey,
  seconds: number,
  progress: Progress,
  instances?: readonly number[],
): Promise<void> {
  await waitForNone(aurora, job, seconds, progress, ({ instanceId }) => instances?.includes(instanceId) ?? true);
}

/** Waits until no task of the job is being killed; returns those that are active then. */
export async function waitUntilSettled(
  aurora: AuroraClient,
  job: JobKey,
  seconds: number,
  progress: Progress,
): Promise<readonly TaskStatus[]> {
  return waitForNone(aurora, job, seconds, progress, ({ status }) => status === "KILLING");
}

async function waitForNone(
  aurora: AuroraClient,
  job: JobKey,
  seconds: number,
  progress: Progress,
  isEnding: (task: TaskStatus) => boolean,
): Promise<readonly TaskStatus[]> {
  let tasks: readonly TaskStatus[] = [];
  const gone = await poll(Date.now() + seconds * 1000, async () => {
    tasks = await aurora.tasks(job, { active: true });
    const left = tasks.filter(isEnding);
    if (left.length > 0) progress(`${left.length} instances still ending${others(left)}`);
    return left.length === 0;
  });
  if (gone) return tasks;
  throw new UserError(
    `${formatJobKey(job)} still had active instances ${seconds} s after they were asked to end. ` +
      `Look at the agents that run them; running the same command again waits on.`,
  );
}

/** @param pending why those that are PENDING are */
function others(tasks: readonly TaskStatus[], pending = ""): string {
  const counts = new Map<string, number>();
  for (const task of tasks) {
    if (task.status !== "RUNNING") counts.set(task.status, (counts.get(task.status) ?? 0) + 1);
  }
  return [...counts].map(([status, count]) => `, ${count} ${status}${status === "PENDING" ? pending : ""}`).join("");
}

/**
 * One line for each instance that is not RUNNING: its last ending with the executor's words, or why it is pending. Those
 * in `failed` are told of also when they run again by now.
 */
export async function reasons(
  aurora: AuroraClient,
  job: JobKey,
  instances: readonly number[],
  failed: readonly number[] = [],
): Promise<string> {
  const [tasks, pending] = await Promise.all([aurora.tasks(job, {}), aurora.pendingReasons(job)]);
  const lines: string[] = [];
  for (const instance of instances) {
    const mine = tasks.filter((task) => task.instanceId === instance).sort((a, b) => lastTime(b) - lastTime(a));
    if (!failed.includes(instance) && mine.some((task) => task.status === "RUNNING")) continue;
    const endings = mine.filter((task) => ["FAILED", "LOST", "KILLED", "FINISHED"].includes(task.status));
    // What a roll-back killed tells less than what failed before it.
    const ended = endings.find((task) => failed.includes(instance) && task.status !== "KILLED") ?? endings[0];
    const event = ended?.events.findLast((each) => each.message !== undefined && each.message !== "");
    const waiting = pending.find((each) => mine.some((task) => task.taskId === each.taskId));
    const where = ended?.host === undefined ? "" : ` on ${ended.host}`;
    const isWaiting = waiting !== undefined && mine[0]?.status === "PENDING";
    // One that was killed on purpose tells nothing of why its successor does not come up.
    if (isWaiting && (ended === undefined || !failures.includes(ended.status))) {
      lines.push(`  instance ${instance} PENDING: ${waiting.reason}`);
    } else if (ended !== undefined) {
      const words = lines.length < mostReasons ? explained(await aurora.lastWords(ended)) : "";
      const now = isWaiting ? `\n    its successor is PENDING: ${waiting.reason}` : "";
      lines.push(
        `  instance ${instance} ${ended.status}${where}: ${event?.message ?? "no reason given"}${words}${now}`,
      );
    } else {
      lines.push(`  instance ${instance} ${mine[0]?.status ?? "missing"}${last(mine[0])}`);
    }
  }
  return summarised(lines);
}

/** The last words, and what those of a process that fetches mean. */
function explained(words: LastWords | undefined): string {
  const meaning = words?.process.startsWith("fetch_") === true ? explainWords(words.lines) : "";
  return meaning === "" ? wordsText(words) : `${wordsText(words)}\n   ${meaning}`;
}

/** The same words of many instances are said once. */
function summarised(lines: readonly string[]): string {
  const shown = lines.slice(0, mostReasons);
  return [...shown, ...(lines.length > shown.length ? [`  and ${lines.length - shown.length} more`] : [])].join("\n");
}

function last(task: TaskStatus | undefined): string {
  const message = task?.events.at(-1)?.message;
  return message === undefined || message === "" ? "" : `: ${message}`;
}

function lastTime(task: TaskStatus): number {
  return task.events.at(-1)?.timestamp ?? 0;
}
