import { timeoutsOf, updateOf } from "./defaults";
import { type Target, wantedInstances, type World } from "./target";
import { waitUntilRunning } from "./wait";

/**
 * Restarts containers as they are, batch by batch, each waited for, as `heron restart` does with a container's number.
 * Before container 0 its TManager's place is taken out of the state tree, as Heron does, so that nobody goes there.
 */
export async function restartContainers(
  containers: readonly number[],
  { job, inputs }: Target,
  { aurora, tree, progress }: World,
): Promise<void> {
  if (containers.length === 0) return;
  const { batchSize } = updateOf(inputs);
  const all = wantedInstances(inputs, await aurora.tasks(job, { active: true }));
  for (let first = 0; first < containers.length; first += batchSize) {
    const batch = containers.slice(first, first + batchSize);
    progress(`restarting container ${batch.join(", ")}`);
    if (batch.includes(0)) await tree.forgetTManager(job.name);
    await aurora.restartInstances(job, batch);
    await waitUntilRunning(aurora, job, all, timeoutsOf(inputs).update, progress);
  }
}
