import type { TaskStatus } from "../aurora/task-status";
import { metadataNames } from "../aurora/thermos/metadata";
import type { SubmittedNodes } from "../heron/state";
import { UpdateLockError } from "../heron/state/update-lock";
import { type JobPayload, treeOf } from "./payload";
import { plannedContainers } from "./planned";
import type { Run } from "./run";
import { ownMark, type Target, type World } from "./target";
import { rewriteTree } from "./tree";

/** Writes topology and packing plan, and keeps in `run` what was there before its first write. */
export async function rewriteKeeping(target: Target, world: World, run: Run): Promise<void> {
  const found = await rewriteTree(target, world, run.locks);
  run.found ??= found;
}

/**
 * Puts into the state tree again what belongs to the tasks that run, of a job that is not to be changed after all.
 * @param running the job's active tasks, none of which is of the new configuration
 * @param run knows the nodes as they were before it wrote any; not where an earlier run has written them
 * @returns false where nobody knows what was there, as of an update that another checkout began, or somebody else has the update
 * lock since it was lost
 */
export async function restoreTree(
  target: Target,
  world: World,
  running: readonly TaskStatus[],
  { locks, found }: Run,
): Promise<boolean> {
  const { before } = target;
  try {
    await locks.confirm();
    if (found !== undefined) await world.tree.restore(await nodesOf(target, running, found));
    else if (before !== undefined) await rewriteTree({ ...target, payload: before }, world, locks);
    else return false;
  } catch (error) {
    if (error instanceof UpdateLockError) return false;
    throw error;
  }
  return true;
}

/**
 * What was found may be what an earlier run wrote that was cut off: where all that runs is as it was deployed, it counts only
 * where others have made its plan since, which names the containers that run.
 */
async function nodesOf(target: Target, running: readonly TaskStatus[], found: SubmittedNodes): Promise<SubmittedNodes> {
  const { before, payload, inputs } = target;
  if (before === undefined) return found;
  const [planned, old] = [treeOf(payload), treeOf(before)];
  const isPlanKept = inputs.scaling === "outside";
  if (running.every((task) => ownMark(task, metadataNames.task) === taskHashOf(before))) {
    if (isPlanKept) return { ...found, topology: old.topology };
    const isOfOthers =
      (await isPlanOf(running, found.plan)) &&
      (isSameBytes(found.topology, old.topology) || !(await isPlanOf(running, old.plan)));
    return isOfOthers ? found : { ...found, topology: old.topology, plan: old.plan };
  }
  return {
    ...found,
    topology: isSameBytes(found.topology, planned.topology) ? old.topology : found.topology,
    plan: !isPlanKept && isSameBytes(found.plan, planned.plan) ? old.plan : found.plan,
  };
}

function taskHashOf({ jobConfiguration }: JobPayload): string | undefined {
  return jobConfiguration.taskConfig.metadata.find(({ key }) => key === metadataNames.task)?.value;
}

/** Whether the plan has a container for each instance that runs, beside container 0, and no other. */
async function isPlanOf(running: readonly TaskStatus[], plan: Uint8Array | undefined): Promise<boolean> {
  if (plan === undefined) return false;
  const planned = await plannedContainers(plan);
  const there = new Set(running.map(({ instanceId }) => instanceId));
  return planned?.size === there.size && [...planned].every((id) => there.has(id));
}

function isSameBytes(found: Uint8Array | undefined, planned: Uint8Array): boolean {
  return found !== undefined && Buffer.compare(found, planned) === 0;
}
