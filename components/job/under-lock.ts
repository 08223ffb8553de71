import type { TaskStatus } from "../aurora/task-status";
import { ownTasks, settledTasks } from "./own-tasks";
import { treeOf } from "./payload";
import type { Run } from "./run";
import { standing, type Target, wantedInstances, type World } from "./target";

/**
 * {@link ownTasks}, with Heron's update lock held from then on where containers or packing plan will change.
 * @throws UpdateLockError when somebody else holds it
 */
export async function tasksUnderLock(target: Target, world: World, run: Run): Promise<readonly TaskStatus[]> {
  const tasks = await ownTasks(target, world, run);
  // What was seen before it was held may be older than what its last holder has done.
  if ((await isToChange(target, world, tasks, run)) && (await run.locks.take()))
    return settledTasks(target, world, run);
  return tasks;
}

/** Whether containers or the packing plan of a job that is there will change: what is recorded alone needs no lock. */
async function isToChange(
  target: Target,
  { tree }: World,
  tasks: readonly TaskStatus[],
  { interrupted }: Run,
): Promise<boolean> {
  if (tasks.length === 0) return false;
  const { inputs, job, payload } = target;
  const { outdated, missing, extra } = standing(target, tasks, wantedInstances(inputs, tasks, [...interrupted]));
  if (outdated.length + missing.length + extra.length > 0) return true;
  if (inputs.scaling === "outside") return false;
  const plan = await tree.plan(job.name);
  return plan !== undefined && Buffer.compare(plan, treeOf(payload).plan) !== 0;
}
