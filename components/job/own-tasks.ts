import type { TaskStatus } from "../aurora/task-status";
import type { UpdateSummary } from "../aurora/update";
import { UserError } from "../errors";
import { recognise } from "./adopt";
import { timeoutsOf } from "./defaults";
import { noteUnrecorded, refuseForeignJob, refuseTakenJob } from "./ownership";
import { follow } from "./roll";
import type { Run } from "./run";
import { type Target, wantedInstances, type World } from "./target";
import { refuseForeignTree } from "./tree";
import { abortUpdate, activeUpdate, leftReplacing, newerTakesOver, pausedItself, updateTarget } from "./update";
import { waitUntilSettled } from "./wait";

/** What is there of a job that is ours to change, once no update is at work on it and no task is on its way out. */
export async function ownTasks(target: Target, world: World, run: Run): Promise<readonly TaskStatus[]> {
  const { job, inputs } = target;
  const tasks = await world.aurora.tasks(job, { active: true });
  // A tree without the topology is one without its job: an update is asked for where there may be one.
  const isNew = tasks.length === 0 && run.operation === "create";
  if (isNew && (await world.tree.ownership(job.name)) === undefined) return tasks;
  const update = await activeUpdate(world.aurora, job);
  // Without an update, one whose tasks are all being ended is waited for, whosever it was.
  const isStaying = update !== undefined || tasks.some(({ status }) => status !== "KILLING");
  if (isStaying) await requireOwn(tasks, target, world, run);
  if (run.operation === "create") noteUnrecorded(tasks, target, world);
  if (update !== undefined) {
    const broken = await finishUpdate(update, target, wantedInstances(inputs, tasks), world, run);
    for (const instance of broken) run.interrupted.add(instance);
  } else if (inputs.scaling === "outside") {
    for (const instance of await leftReplacing(world, job)) run.interrupted.add(instance);
  }
  return settledTasks(target, world, run);
}

/** @throws UserError for a job, or a state tree, that is somebody else's */
async function requireOwn(tasks: readonly TaskStatus[], target: Target, world: World, run: Run): Promise<void> {
  requireOwnMarks(tasks, target, run);
  await refuseForeignTree(target, world);
}

function requireOwnMarks(
  marked: readonly Pick<TaskStatus, "metadata">[],
  { inputs, taking, formerOwners }: Target,
  { operation }: Run,
): void {
  if (operation === "create" || taking) refuseForeignJob(marked, inputs);
  else refuseTakenJob(marked, inputs, formerOwners);
}

/** Our active tasks once none is on its way out: one that was killed behind our back counts as missing, not as there. */
export async function settledTasks(target: Target, world: World, run: Run): Promise<readonly TaskStatus[]> {
  const { job, inputs, adoptable } = target;
  const tasks = await waitUntilSettled(world.aurora, job, timeoutsOf(inputs).delete, world.progress);
  const recognised = await recognise(tasks, adoptable, inputs.taskHash, job, world);
  if (recognised.length > 0) await requireOwn(recognised, target, world, run);
  return recognised;
}

/**
 * An update of ours to this very configuration is followed; one to another is aborted; somebody else's is theirs.
 * @returns the instances that it may have been replacing when it was aborted
 */
async function finishUpdate(
  update: UpdateSummary,
  target: Target,
  wanted: readonly number[],
  world: World,
  run: Run,
): Promise<readonly number[]> {
  const key = { job: target.job, id: update.id };
  const leadsTo = updateTarget(update);
  if (leadsTo === undefined) {
    throw new UserError(
      `${target.inputs.jobKey} is in an update (${update.id}, by ${update.user}) that this tool did not start. ` +
        `Let it end or abort it with the scheduler's own tools, then run 'pulumi up' again.`,
    );
  }
  const details = await world.aurora.updateDetails(key);
  // While it replaces all of the job's containers, no task tells whose the job is.
  requireOwnMarks([{ metadata: details.metadataAfter }], target, run);
  await run.locks.take();
  if (leadsTo !== target.inputs.taskHash) {
    await abortUpdate(world.aurora, key, newerTakesOver);
    return details.instancesBefore;
  }
  // It is not recorded: documents that are taken back would find no change, while it goes on.
  world.touched?.();
  // Paused by its own setting, it has waited for this `up`.
  if (pausedItself(details)) await world.aurora.resumeUpdate(key, "pulumi up");
  await follow(target, wanted, world, update.id, run);
  return [];
}
