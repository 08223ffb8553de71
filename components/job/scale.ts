import type { TaskStatus } from "../aurora/task-status";
import { timeoutsOf } from "./defaults";
import { plannedContainers } from "./planned";
import { rewriteKeeping } from "./restore";
import type { Run } from "./run";
import type { Standing, Target, World } from "./target";
import { hasWorkingTManager, waitUntilPlanned } from "./tmanager";
import { recordJob } from "./tree";
import { waitUntilGone, waitUntilRunning } from "./wait";

/** Adds and kills containers of a job whose others stay as they are, and writes the packing plan: maybe that alone. */
export async function scale(
  target: Target,
  wanted: readonly number[],
  world: World,
  tasks: readonly TaskStatus[],
  run: Run,
  { missing, extra }: Pick<Standing, "missing" | "extra">,
): Promise<void> {
  const { inputs, job } = target;
  if (missing.length > 0) {
    const template = tasks[0]?.instanceId ?? 0;
    await world.aurora.addInstances(job, template, missing.length);
  }
  // Heron's order: the new containers run before the plan that names them is in the tree.
  const isNewComing = await hasNewComing(tasks, wanted, target, world);
  if (isNewComing) world.touched?.();
  if (missing.length > 0 || isNewComing)
    await waitUntilRunning(world.aurora, job, wanted, timeoutsOf(inputs).update, world.progress);
  const isPlanned = extra.length > 0 && (await hasWorkingTManager(target, world, tasks));
  await rewriteKeeping(target, world, run);
  await recordJob(target, world);
  if (extra.length > 0) {
    // Heron's order: what these containers did is done by others before they go.
    if (isPlanned) await waitUntilPlanned(target, world);
    await world.aurora.killTasks(job, extra, "no longer in the packing plan");
    await waitUntilGone(world.aurora, job, timeoutsOf(inputs).update, world.progress, extra);
  }
}

/** Whether containers are on their way that an earlier run has added: the plan in the tree does not name them yet. */
async function hasNewComing(
  tasks: readonly TaskStatus[],
  wanted: readonly number[],
  { job, inputs }: Target,
  { tree }: World,
): Promise<boolean> {
  const coming = tasks.filter(({ instanceId, status }) => status !== "RUNNING" && wanted.includes(instanceId));
  if (coming.length === 0 || inputs.scaling === "outside") return false;
  const { topology, plan } = await tree.nodes(job.name);
  // Without them it is the tree that they wait for.
  if (topology === undefined || plan === undefined) return false;
  const planned = await plannedContainers(plan);
  return planned !== undefined && coming.some(({ instanceId }) => !planned.has(instanceId));
}
