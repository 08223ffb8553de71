import { AuroraError } from "../aurora/errors";
import type { TaskStatus } from "../aurora/task-status";
import { metadataNames } from "../aurora/thermos/metadata";
import { UserError } from "../errors";
import { updateOf } from "./defaults";
import { restoreTree, rewriteKeeping } from "./restore";
import type { Run } from "./run";
import { ownMark, type Target, type World } from "./target";
import { recordJob } from "./tree";
import { activeUpdate, followUpdate, type UpdateFailure, updateSettings, updateTarget } from "./update";
import { reasons } from "./wait";

/**
 * The scheduler's own rolling update; the state tree goes back to what it was when nothing of it is left.
 * @param only the instances that it may touch, if not all
 */
export async function roll(
  target: Target,
  wanted: readonly number[],
  world: World,
  tasks: readonly TaskStatus[],
  run: Run,
  only?: readonly number[],
): Promise<void> {
  const { inputs, payload } = target;
  await rewriteKeeping(target, world, run);
  await recordJob(target, world);
  const started = await world.aurora
    .startUpdate(
      {
        config: payload.jobConfiguration.taskConfig,
        instanceCount: Math.max(...wanted) + 1,
        settings: updateSettings(updateOf(inputs), only),
        metadata: [{ key: metadataNames.task, value: inputs.taskHash }],
      },
      inputs.change ?? "pulumi up",
    )
    .catch(async (error: unknown) => {
      // Not once it has begun: what runs by then needs the new tree.
      if (!(error instanceof AuroraError) || error.kind === "unsure") throw error;
      if (error.kind === "updating" && (await isUnderWay(target, world)))
        throw new AuroraError(error.message, { kind: "unsure", cause: error });
      await restoreTree(target, world, tasks, run);
      throw error;
    });
  if (started !== "unchanged") await follow(target, wanted, world, started.id, run);
}

/** Whether the update in the way is this very one: asked for before, its answer lost, and landed late. */
async function isUnderWay({ job, inputs }: Target, { aurora }: World): Promise<boolean> {
  const update = await activeUpdate(aurora, job);
  return update !== undefined && updateTarget(update) === inputs.taskHash;
}

/**
 * Follows an update of ours to its end.
 * @throws UserError where it has not rolled forward, with the reason and what has become of the state tree
 */
export async function follow(
  target: Target,
  wanted: readonly number[],
  world: World,
  id: string,
  run: Run,
): Promise<void> {
  const { inputs, job } = target;
  const failure = await followUpdate({ job, id }, inputs, wanted, world);
  if (failure === undefined) return;
  const left = await treeAfter(failure, target, world, run);
  const why = await reasons(world.aurora, job, wanted, failure.failed);
  throw new UserError([failure.message, why, left].filter((line) => line !== "").join("\n"));
}

/**
 * The state tree goes back where all that ran before does so still, which needs the old packing plan; where the update got at
 * one of them and was not undone, or an earlier one had, it is left for what is new.
 * @returns what there is to say about it
 */
async function treeAfter(
  { before, touched, isUndone, isSuperseded }: UpdateFailure,
  target: Target,
  world: World,
  run: Run,
): Promise<string> {
  if (isSuperseded) return "Another run of this stack has done so, and the state tree is left to it.";
  const { inputs, taking } = target;
  const tasks = await world.aurora.tasks(target.job, { active: true });
  const isNew = (task: TaskStatus): boolean =>
    ownMark(task, metadataNames.task) === inputs.taskHash &&
    (!taking || ownMark(task, metadataNames.owner) === inputs.owner);
  const isWhole = before.every((instance) => tasks.some((task) => task.instanceId === instance && !isNew(task)));
  const isOlder = tasks.some((task) => isNew(task) && !touched.includes(task.instanceId));
  if (isOlder || !(isWhole || isUndone))
    return "It was not undone: some instances run the new configuration, some the old. 'pulumi up' makes all what the documents say then.";
  if (await restoreTree(target, world, tasks, run)) return "";
  return "The state tree holds the new packing plan still; 'pulumi up' writes what the documents say.";
}
