import { setTimeout as sleep } from "node:timers/promises";
import { AuroraError } from "../aurora/errors";
import type { TaskStatus } from "../aurora/task-status";
import { timeoutsOf } from "./defaults";
import { refuseUnplanned } from "./plan-of-others";
import { roll } from "./roll";
import type { Run } from "./run";
import { scale } from "./scale";
import { submit } from "./submit";
import { standing, type Target, wantedInstances, type World } from "./target";
import { tasksUnderLock } from "./under-lock";
import { refuseGone, refuseUntold, refuseUntoldRemoval } from "./untold";
import { leftReplacing } from "./update";
import { UpdateLocks } from "./update-locks";
import { looks, settleMs, waitUntilRunning } from "./wait";

/**
 * Drives the job to `target` from wherever it stands: absent, half submitted, running another configuration, in the
 * middle of an update, too many or too few instances. What was killed in the middle is therefore mended by running it
 * again, and create and update are the same work; `operation` says whether the job must be found to be ours first.
 */
export async function converge(target: Target, world: World, operation: Run["operation"]): Promise<void> {
  const run: Run = { operation, interrupted: new Set(), locks: new UpdateLocks(target, world) };
  for (let look = 1; ; look++) {
    try {
      await step(target, world, run);
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

async function hasExtra(target: Target, { aurora }: World): Promise<boolean> {
  const tasks = await aurora.tasks(target.job, { active: true });
  return standing(target, tasks, wantedInstances(target.inputs, tasks)).extra.length > 0;
}

async function step(target: Target, world: World, run: Run): Promise<void> {
  let wanted: readonly number[];
  try {
    wanted = await bringAbout(target, world, run);
  } finally {
    await run.locks.release();
  }
  await waitUntilRunning(world.aurora, target.job, wanted, timeoutsOf(target.inputs).create, world.progress);
}

/** @returns the instances that should run by now */
async function bringAbout(target: Target, world: World, run: Run): Promise<readonly number[]> {
  const tasks = await tasksUnderLock(target, world, run);
  const wanted = wantedInstances(target.inputs, tasks, [...run.interrupted]);
  if (tasks.length === 0) {
    if (run.isSubmitting !== true && !(await isBeingReplaced(target, world, wanted, run))) refuseGone(target);
    run.isSubmitting = true;
    await submit(target, world, run);
  } else await change(target, wanted, world, tasks, run);
  return wanted;
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

/** By the scheduler's rolling update, or where no container that stays needs another task, in place. */
async function change(
  target: Target,
  wanted: readonly number[],
  world: World,
  tasks: readonly TaskStatus[],
  run: Run,
): Promise<void> {
  const { outdated, missing, extra, missingAtEnd } = standing(target, tasks, wanted);
  if (run.isSeen !== true) {
    refuseUntoldRemoval(target, extra);
    await refuseUnplanned(target, world, tasks);
    run.isSeen = true;
  }
  // By an update too what another has left missing, which would be taken for missing as long as it is the last one.
  if (outdated.length > 0 || !missingAtEnd || missing.some((instance) => run.interrupted.has(instance))) {
    // The scheduler compares marks too: of containers that were adopted, or carry an owner's former name, it would restart all.
    const touched = [...outdated, ...missing, ...extra];
    const isWhole = target.inputs.scaling !== "outside" && touched.length === wanted.length + extra.length;
    refuseUntold(target, tasks, outdated);
    await roll(target, wanted, world, tasks, run, isWhole ? undefined : touched);
  } else await scale(target, wanted, world, tasks, run, { missing, extra });
}
