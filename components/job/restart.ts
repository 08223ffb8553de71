import { setTimeout as sleep } from "node:timers/promises";
import type { AuroraClient } from "../aurora/client";
import { AuroraError } from "../aurora/errors";
import type { JobKey } from "../aurora/job-key";
import { looks, settleMs } from "./wait";
import { timeoutsOf, updateOf } from "./defaults";
import { type Target, wantedInstances, type World } from "./target";
import { waitUntilRunning } from "./wait";

/** The running task of each instance, by its number. */
export async function taskIds(job: JobKey, aurora: AuroraClient): Promise<ReadonlyMap<number, string>> {
  return new Map((await aurora.tasks(job, { active: true })).map(({ instanceId, taskId }) => [instanceId, taskId]));
}

/** A call whose answer was lost is looked for before it is made again: a container should not restart twice. */
async function restart(batch: readonly number[], job: JobKey, aurora: AuroraClient): Promise<void> {
  const before = await taskIds(job, aurora);
  for (let look = 1, left = batch; left.length > 0; look++) {
    try {
      await aurora.restartInstances(job, left);
      return;
    } catch (error) {
      if (!(error instanceof AuroraError && error.kind === "unsure") || look === looks) throw error;
      await sleep(settleMs);
      const now = await taskIds(job, aurora);
      left = left.filter((instance) => now.get(instance) === before.get(instance));
    }
  }
}

/**
 * Restarts containers as they are, batch by batch, each waited for, as `heron restart` does with a container's number.
 * Before container 0 its TManager's place is taken out of the state tree, as Heron does, so that nobody goes there.
 */
export async function restartContainers(
  containers: readonly number[],
  { job, inputs, restarted }: Target,
  { aurora, tree, progress }: World,
): Promise<void> {
  if (containers.length === 0) return;
  const { batchSize } = updateOf(inputs);
  const all = wantedInstances(inputs, await aurora.tasks(job, { active: true }));
  for (let first = 0; first < containers.length; first += batchSize) {
    const batch = containers.slice(first, first + batchSize);
    progress(`restarting container ${batch.join(", ")}`);
    if (batch.includes(0)) await tree.forgetTManager(job.name);
    await restart(batch, job, aurora);
    restarted?.push(...batch);
    await waitUntilRunning(aurora, job, all, timeoutsOf(inputs).update, progress);
  }
}
