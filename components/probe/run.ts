import { setTimeout as sleep } from "node:timers/promises";
import type { AuroraClient } from "../aurora/client";
import { AuroraError } from "../aurora/errors";
import type { JobConfiguration } from "../aurora/job-configuration";
import { formatJobKey, type JobKey } from "../aurora/job-key";
import { metadataNames } from "../aurora/thermos/metadata";
import { wordsText } from "../aurora/observer";
import type { TaskStatus } from "../aurora/task-status";
import { UserError } from "../errors";
import type { Progress } from "../job/progress";
import { ownMark } from "../job/target";
import { looks, poll, settleMs, waitUntilGone } from "../job/wait";
import { explainWords } from "./words";

/** Seconds that an agent is given to fetch, once it is found, and the scheduler to find one. */
const probeSeconds = 600;

/** Seconds that a task may take to end when it is killed. */
const killSeconds = 60;

const endings = ["FINISHED", "FAILED", "KILLED", "LOST"];

/** A probe to run. */
export interface Probe {
  readonly job: JobKey;
  readonly configuration: JobConfiguration;
  /** `project/stack`. */
  readonly owner: string;
  readonly corePackage: string;
}

/**
 * Submits the probe's job, waits for its end and takes it away again, whatever its end was. What an earlier run left is
 * taken away first.
 * @throws UserError with the agent and what the fetching process ended with
 */
export async function runProbe(probe: Probe, aurora: AuroraClient, progress: Progress): Promise<void> {
  await removeProbe(probe, aurora, progress);
  const before = new Set((await aurora.tasks(probe.job, {})).map(({ taskId }) => taskId));
  try {
    await submit(probe, aurora);
    await waitForEnd(probe, aurora, progress, before);
  } catch (error) {
    throw await withLeftOver(error, () => removeProbe(probe, aurora, progress));
  }
  await removeProbe(probe, aurora, progress);
}

/** `error`, which is what went wrong first, with why what is left of the probe could not be taken away. */
async function withLeftOver(error: unknown, remove: () => Promise<void>): Promise<unknown> {
  try {
    await remove();
    return error;
  } catch (left) {
    if (!(error instanceof UserError && left instanceof UserError)) return error;
    const message = `${error.message} The probe's job could not be taken away, which the next run does: ${left.message}`;
    return new UserError(message, { cause: error });
  }
}

/** Kills the probe's job if it runs. @throws UserError when it is somebody else's */
export async function removeProbe(
  { job, owner }: Pick<Probe, "job" | "owner">,
  aurora: AuroraClient,
  progress: Progress,
) {
  const tasks = await aurora.tasks(job, { active: true });
  if (tasks.length === 0) return;
  const foreign = tasks.map((task) => ownMark(task, metadataNames.owner)).find((mark) => mark !== owner);
  if (foreign !== undefined) {
    throw new UserError(
      `${formatJobKey(job)} is a fetch probe of the stack '${foreign}', which is running. Try again later.`,
    );
  }
  await aurora.killTasks(job, "all", "the probe is over");
  await waitUntilGone(aurora, job, killSeconds, progress);
}

/** A lost answer is no loss: submitting it again is refused where it has landed, and fetches once more where it has ended. */
async function submit({ configuration }: Probe, aurora: AuroraClient): Promise<void> {
  for (let look = 1; ; look++) {
    try {
      await aurora.createJob(configuration);
      return;
    } catch (error) {
      if (!(error instanceof AuroraError)) throw error;
      if (error.kind === "exists") return;
      if (error.kind !== "unsure" || look === looks) throw error;
      await sleep(settleMs);
    }
  }
}

/** One that was preempted, or lost with its agent, has a successor, which the scheduler lists in no order. */
function latest(tasks: readonly TaskStatus[]): TaskStatus | undefined {
  return tasks.find(({ taskId }) => tasks.every(({ ancestorId }) => ancestorId !== taskId));
}

async function waitForEnd(probe: Probe, aurora: AuroraClient, progress: Progress, before: ReadonlySet<string>) {
  const { job, corePackage } = probe;
  let task: TaskStatus | undefined;
  const ended = await poll(Date.now() + probeSeconds * 1000, async () => {
    task = latest((await aurora.tasks(job, {})).filter(({ taskId }) => !before.has(taskId)));
    progress(`an agent fetches the core package: ${task?.status ?? "submitted"}`);
    return task !== undefined && endings.includes(task.status);
  });
  if (task?.status === "FINISHED") return;
  const what = `No agent could be shown to fetch the core package ${corePackage}, so no topology was submitted`;
  if (!ended || task === undefined) {
    const [pending] = await aurora.pendingReasons(job);
    const state = pending === undefined ? (task?.status ?? "unknown to the scheduler") : `PENDING: ${pending.reason}`;
    throw new UserError(`${what}: the probe ${formatJobKey(job)} was still ${state} after ${probeSeconds} s.`);
  }
  const message = task.events.findLast((event) => event.message !== undefined && event.message !== "")?.message;
  const words = await aurora.lastWords(task);
  throw new UserError(
    `${what}: the probe ${formatJobKey(job)} ${task.status} on ${task.host ?? "an unknown agent"}: ` +
      `${(message ?? "no reason given").replace(/\.$/, "")}${explainWords(words?.lines ?? [])}.${wordsText(words)}`,
  );
}
