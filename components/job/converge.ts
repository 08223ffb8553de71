import { setTimeout as sleep } from "node:timers/promises";
import { AuroraError } from "../aurora/errors";
import type { TaskStatus } from "../aurora/task-status";
import type { UpdateSummary } from "../aurora/update";
import { metadataNames } from "../aurora/thermos/metadata";
import { UserError } from "../errors";
import { timeoutsOf, updateOf } from "./defaults";
import { recognise } from "./adopt";
import { refuseForeignJob, refuseTakenJob } from "./ownership";
import { submit } from "./submit";
import { ownMark, standing, type Target, wantedInstances, type World } from "./target";
import type { SubmittedNodes } from "../heron/state";
import { treeOf } from "./payload";
import { plannedContainers } from "./planned";
import { restoreTree } from "./restore";
import { planOfOthers, recordJob, refuseForeignTree, rewriteTree } from "./tree";
import { refuseGone, refuseUntold, refuseUntoldRemoval } from "./untold";
import { hasWorkingTManager, waitUntilPlanned } from "./tmanager";
import { UpdateLocks } from "./update-locks";
import {
  abortUpdate,
  activeUpdate,
  followUpdate,
  leftReplacing,
  newerTakesOver,
  pausedItself,
  type UpdateFailure,
  updateSettings,
  updateTarget,
} from "./update";
import { looks, reasons, settleMs, waitUntilGone, waitUntilRunning, waitUntilSettled } from "./wait";

/**
 * Drives the job to `target` from wherever it stands: absent, half submitted, running another configuration, in the
 * middle of an update, too many or too few instances. What was killed in the middle is therefore mended by running it
 * again, and create and update are the same work; `claim` says whether the job must be found to be ours first.
 */
export async function converge(target: Target, world: World, claim: "create" | "update"): Promise<void> {
  const run: Run = { interrupted: new Set(), locks: new UpdateLocks(target, world) };
  for (let look = 1; ; look++) {
    try {
      await step(target, world, claim, run);
      // What was asked for twice may have landed twice.
      if (look === 1 || look === looks || !(await hasExtra(target, world))) return;
    } catch (error) {
      const again = error instanceof AuroraError && (error.kind === "unsure" || error.kind === "exists");
      if (!again || look === looks) throw error;
      world.progress(`${error.message} Looking whether it landed.`);
      await sleep(settleMs);
    }
  }
}

async function hasExtra({ job, inputs }: Target, { aurora }: World): Promise<boolean> {
  const tasks = await aurora.tasks(job, { active: true });
  return standing(tasks, wantedInstances(inputs, tasks), inputs.taskHash).extra.length > 0;
}

/** What a run keeps in mind from one look to the next. */
interface Run {
  /** Instances that an update of ours may have been replacing when it was broken off. */
  readonly interrupted: Set<number>;
  /** Held while the packing plan of a job that is there, or its containers, are changed. */
  readonly locks: UpdateLocks;
  /** The state tree's nodes before the first write. */
  found?: SubmittedNodes;
  /** Whether what was found has been told apart from what this run makes. */
  isSeen?: boolean;
  /** Whether this run has begun to submit it: what is not there yet is not gone. */
  isSubmitting?: boolean;
}

async function step(target: Target, world: World, claim: "create" | "update", run: Run): Promise<void> {
  let wanted: readonly number[];
  try {
    wanted = await bringAbout(target, world, claim, run);
  } finally {
    await run.locks.release();
  }
  await waitUntilRunning(world.aurora, target.job, wanted, timeoutsOf(target.inputs).create, world.progress);
}

/** @returns the instances that should run by now */
async function bringAbout(
  target: Target,
  world: World,
  claim: "create" | "update",
  run: Run,
): Promise<readonly number[]> {
  let tasks = await claimedTasks(target, world, claim, run);
  // What was seen before it was held may be older than what its last holder has done.
  if ((await isToChange(target, world, tasks, run)) && (await run.locks.take()))
    tasks = await settledTasks(target, world, claim);
  const wanted = wantedInstances(target.inputs, tasks, [...run.interrupted]);
  if (tasks.length === 0) {
    if (run.isSubmitting !== true && !(await isBeingReplaced(target, world, wanted, run))) refuseGone(target);
    run.isSubmitting = true;
    await submit(target, world, run, claim);
  } else await change(target, wanted, world, tasks, run);
  return wanted;
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
  const { outdated, missing, extra } = standingOf(target, tasks, wantedInstances(inputs, tasks, [...interrupted]));
  if (outdated.length + missing.length + extra.length > 0) return true;
  if (inputs.scaling === "outside") return false;
  const plan = await tree.plan(job.name);
  return plan !== undefined && Buffer.compare(plan, treeOf(payload).plan) !== 0;
}

function standingOf({ inputs, taking }: Target, tasks: readonly TaskStatus[], wanted: readonly number[]) {
  return standing(tasks, wanted, inputs.taskHash, taking ? inputs.owner : undefined);
}

/**
 * Whether it is an update of ours, broken off by this run or an earlier one, that has ended all of the job's containers: those
 * that it began with, which may be others than the documents now ask for.
 */
async function isBeingReplaced(
  { job, isSubmissionTold, recorded = 0 }: Target,
  world: World,
  wanted: readonly number[],
  { interrupted }: Run,
): Promise<boolean> {
  if (isSubmissionTold !== false) return false;
  const replacing = new Set([...interrupted, ...(await leftReplacing(world, job))]);
  return replacing.size > 0 && wanted.every((instance) => replacing.has(instance) || instance >= recorded);
}

/** What is there of a job that is ours to change, once no update is at work on it and no task is on its way out. */
async function claimedTasks(
  target: Target,
  world: World,
  claim: "create" | "update",
  run: Run,
): Promise<readonly TaskStatus[]> {
  const { job, inputs } = target;
  const tasks = await world.aurora.tasks(job, { active: true });
  // A tree without the topology is one without its job: an update is asked for where there may be one.
  const isNew = tasks.length === 0 && claim === "create";
  if (isNew && (await world.tree.ownership(job.name)) === undefined) return tasks;
  const update = await activeUpdate(world.aurora, job);
  // Without an update, one whose tasks are all being ended is waited for, whosever it was.
  const isStaying = update !== undefined || tasks.some(({ status }) => status !== "KILLING");
  if (isStaying) await requireOwn(tasks, target, world, claim);
  if (update !== undefined) {
    const broken = await finishUpdate(update, target, wantedInstances(inputs, tasks), world, claim, run);
    for (const instance of broken) run.interrupted.add(instance);
  } else if (inputs.scaling === "outside") {
    for (const instance of await leftReplacing(world, job)) run.interrupted.add(instance);
  }
  return settledTasks(target, world, claim);
}

/** @throws UserError for a job, or a state tree, that is somebody else's */
async function requireOwn(
  tasks: readonly TaskStatus[],
  target: Target,
  world: World,
  claim: "create" | "update",
): Promise<void> {
  requireOwnMarks(tasks, target, claim);
  await refuseForeignTree(target, world);
}

function requireOwnMarks(
  marked: readonly Pick<TaskStatus, "metadata">[],
  { inputs, taking, formerOwners }: Target,
  claim: "create" | "update",
): void {
  if (claim === "create" || taking) refuseForeignJob(marked, inputs);
  else refuseTakenJob(marked, inputs, formerOwners);
}

/** Our active tasks once none is on its way out: one that was killed behind our back counts as missing, not as there. */
async function settledTasks(target: Target, world: World, claim: "create" | "update"): Promise<readonly TaskStatus[]> {
  const { job, inputs, adoptable } = target;
  const tasks = await waitUntilSettled(world.aurora, job, timeoutsOf(inputs).delete, world.progress);
  const recognised = await recognise(tasks, adoptable, inputs.taskHash, job, world);
  if (recognised.length > 0) await requireOwn(recognised, target, world, claim);
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
  claim: "create" | "update",
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
  requireOwnMarks([{ metadata: details.metadataAfter }], target, claim);
  await run.locks.take();
  if (leadsTo !== target.inputs.taskHash) {
    await abortUpdate(world.aurora, key, newerTakesOver);
    return details.instancesBefore;
  }
  // Paused by its own setting, it has waited for this `up`.
  if (pausedItself(details)) await world.aurora.resumeUpdate(key, "pulumi up");
  await follow(target, wanted, world, update.id, run);
  return [];
}

async function change(
  target: Target,
  wanted: readonly number[],
  world: World,
  tasks: readonly TaskStatus[],
  run: Run,
): Promise<void> {
  const { inputs, job } = target;
  const { outdated, missing, extra, missingAtEnd } = standingOf(target, tasks, wanted);
  if (run.isSeen !== true) {
    refuseUntoldRemoval(target, extra);
    await refuseUnplanned(target, world, tasks);
    run.isSeen = true;
  }
  // By an update too what another has left missing, which would be taken for missing as long as it is the last one.
  if (outdated.length > 0 || !missingAtEnd || missing.some((instance) => run.interrupted.has(instance))) {
    // The scheduler compares marks too: of containers that were adopted, or carry an owner's former name, it would restart all.
    const touched = [...outdated, ...missing, ...extra];
    const isWhole = inputs.scaling !== "outside" && touched.length === wanted.length + extra.length;
    refuseUntold(target, tasks, outdated);
    await roll(target, wanted, world, tasks, run, isWhole ? undefined : touched);
    return;
  }
  if (missing.length > 0) {
    const template = tasks[0]?.instanceId ?? 0;
    await world.aurora.addInstances(job, template, missing.length);
  }
  // Heron's order: the new containers run before the plan that names them is in the tree.
  if (missing.length > 0 || (await hasNewComing(tasks, wanted, target, world)))
    await waitUntilRunning(world.aurora, job, wanted, timeoutsOf(inputs).update, world.progress);
  const isPlanned = extra.length > 0 && (await hasWorkingTManager(target, world, tasks));
  await rewrite(target, world, run);
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

/**
 * A topology that others scale, whose packing plan is gone: that of the documents would leave containers without a place in it.
 * @throws UserError that tells the ways out
 */
async function refuseUnplanned(target: Target, world: World, tasks: readonly TaskStatus[]): Promise<void> {
  const { inputs, payload } = target;
  if (inputs.scaling !== "outside" || (await planOfOthers(target, world)) !== undefined) return;
  const planned = await plannedContainers(treeOf(payload).plan);
  const running = new Set(tasks.map(({ instanceId }) => instanceId));
  if (planned?.size === running.size && [...running].every((instance) => planned.has(instance))) return;
  throw new UserError(
    `The packing plan of ${inputs.jobKey} is gone from the state tree ${world.tree.description}. Others keep it ('scaling: ` +
      `outside'), and the one of the documents has not the containers that run (${[...running].join(", ")}). Nothing was touched. Put ` +
      `the plan back, or have it scaled by the documents again: take 'scaling' out.`,
  );
}

/**
 * The scheduler's own rolling update; the state tree goes back to what it was when nothing of it is left.
 * @param only the instances that it may touch, if not all
 */
async function roll(
  target: Target,
  wanted: readonly number[],
  world: World,
  tasks: readonly TaskStatus[],
  run: Run,
  only?: readonly number[],
): Promise<void> {
  const { inputs, payload } = target;
  await rewrite(target, world, run);
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

async function rewrite(target: Target, world: World, run: Run): Promise<void> {
  const found = await rewriteTree(target, world, run.locks);
  run.found ??= found;
}

async function follow(target: Target, wanted: readonly number[], world: World, id: string, run: Run): Promise<void> {
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
