import { parseJobKey } from "../../aurora/job-key";
import type { TaskStatus } from "../../aurora/task-status";
import { metadataNames } from "../../aurora/thermos/metadata";
import { openCache } from "../../cache";
import { UserError } from "../../errors";
import {
  killArguments,
  restartArguments,
  runtimeConfigArguments,
  scalingArguments,
  stateArguments,
  submitArguments,
} from "../../heron/cli";
import { differsAtAll, type OldInputs } from "../changes";
import { timeoutsOf } from "../defaults";
import type { AuroraJobInputs, AuroraJobOutputs } from "../inputs";
import type { TopologyState } from "../../heron/state";
import { kill } from "../kill";
import { noteUnrecorded, refuseForeignJob, refuseTakenJob } from "../ownership";
import { findPayload } from "../payload";
import { missingRuntimeConfig } from "../runtime-config";
import { ownMark, type Target, type World } from "../target";
import { runningState } from "../tmanager";
import { refuseGone, UntoldError } from "../untold";
import { recordJob, refuseForeignTree } from "../tree";
import { eraseTree } from "../tree-erasure";
import { UpdateLocks } from "../update-locks";
import { poll, waitUntilGone, waitUntilRunning, waitUntilSettled } from "../wait";
import type { HeronCall } from "./call";
import { type Heron, withHeron } from "./command";
import { isComplete, missingScaling, runsWhole, unplannedContainers } from "./observe";
import { changesSize, type CliSteps, cliSteps } from "./steps";

/**
 * How long a command that only tells the TManager something may take, and how long the TManager to say it in the state
 * tree: no longer than an update as a whole.
 */
function stateSeconds(inputs: AuroraJobInputs): { readonly command: number; readonly answer: number } {
  const { update } = timeoutsOf(inputs);
  return { command: Math.min(60, update), answer: Math.min(30, update) };
}

/**
 * Drives a topology to `target` by the user's `heron`, from wherever it stands; `olds` is what was recorded, undefined on
 * create. Each command's success is looked up with the scheduler and in the state tree.
 */
export async function convergeByCli(target: Target, world: World, olds?: OldInputs): Promise<void> {
  const call = callOf(target);
  await withHeron(target, call, world, async (run) => {
    // Of a submission that fails outright the scheduler tells.
    const heron: Heron = (...args) => {
      if (olds !== undefined) world.touched?.();
      return run(...args);
    };
    const { job, inputs } = target;
    const tasks = await waitUntilSettled(world.aurora, job, timeoutsOf(inputs).delete, world.progress);
    if (tasks.length === 0) {
      refuseGone(target);
      await submit(target, world, heron, call);
      await reachState(target, world, heron);
      await reachRuntimeConfig(target, world, heron);
      return;
    }
    if (olds === undefined) {
      refuseForeignJob(tasks, inputs);
      noteUnrecorded(tasks, target, world);
    } else refuseTakenJob(tasks, inputs, target.formerOwners);
    const tree = await world.tree.read(job.name);
    const whole = isComplete(tree) && runsWhole(tasks, tree);
    const steps = cliSteps(olds ?? inputs, inputs);
    const landed = whole && tasks.every((task) => isSubmitted(task, inputs, steps.resubmit.includes("submission")));
    if ((olds === undefined || steps.resubmit.length > 0) && !landed) {
      // What would fail anyway fails while the topology still runs.
      await packageOf(call, inputs);
      await refuseForeignTree(target, world);
      await killAndWait(inputs, world, heron);
      await submit(target, world, heron, call);
    } else {
      // Without a difference it is a run that failed which comes again, and goes on.
      if (olds !== undefined && differsAtAll(olds, inputs) && !changesSize(steps)) refuseUntoldSize(tree, inputs);
      const left = inputs.scheduler.local === undefined ? unplannedContainers(tasks, tree) : [];
      if (olds !== undefined) refuseUntoldLeftOvers(left, steps, inputs);
      // What a submission writes last, which one that was cut off has not.
      if (tree.scheduler === undefined) await recordJob(target, world);
      await removeLeftOvers(target, world, left);
      try {
        await change(target, world, heron, steps);
      } catch (error) {
        // An update that fails leaves the topology deactivated: the failure is told, whether or not that can be mended now.
        await reachState(target, world, heron).catch(() => undefined);
        throw await withLeftOvers(error, target, world);
      }
    }
    await reachState(target, world, heron);
    await reachRuntimeConfig(target, world, heron);
  });
}

/** Whether a task is of the submission asked for; one that was submitted natively has no mark of it. */
function isSubmitted(task: TaskStatus, { taskHash, submission }: AuroraJobInputs, changed: boolean): boolean {
  if (ownMark(task, metadataNames.task) !== taskHash) return false;
  const mark = ownMark(task, metadataNames.submission);
  return mark === undefined ? !changed : mark === submission;
}

/**
 * Kills by the CLI, waits until the job is gone, and cleans what the CLI has left in the state tree. Where the checkout has not made
 * the CLI's conf dir it is killed natively: Heron's kill comes to the same calls.
 */
export async function killByCli(outs: AuroraJobOutputs, world: World): Promise<void> {
  const payload = await findPayload(openCache(), outs.payload);
  if (payload?.heron === undefined) return kill(outs, world);
  const target = { job: parseJobKey(outs.jobKey), inputs: outs, payload };
  const tasks = await world.aurora.tasks(target.job, { active: true });
  // An update that has ended all of them would make them anew, and heron knows of none.
  if (tasks.length === 0) return kill(outs, world);
  refuseTakenJob(tasks, outs, outs.formerOwners);
  await withHeron(target, callOf(target), world, (heron) => killAndWait(outs, world, heron));
  await eraseTree(outs, world);
}

async function submit(target: Target, world: World, heron: Heron, call: HeronCall): Promise<void> {
  const { job, inputs } = target;
  const path = await packageOf(call, inputs);
  await refuseForeignTree(target, world);
  // The CLI refuses a topology of which anything is left in the tree, and no job stands behind it by now.
  await eraseTree(inputs, world);
  const { create } = timeoutsOf(inputs);
  await heron((at) => submitArguments(at, { ...call, package: path, state: inputs.state }), create);
  const tree = await world.tree.read(job.name);
  const tasks = await world.aurora.tasks(job, { active: true }).catch((error: unknown) => {
    // It has landed, as far as heron knows.
    world.touched?.();
    throw error;
  });
  noteUnrecorded(tasks, target, world);
  if (tasks.length === 0 || !isComplete(tree) || tree.plan === undefined) {
    const lacks = tasks.length === 0 ? `the scheduler has no job ${inputs.jobKey}` : "the state tree lacks its nodes";
    throw new UserError(
      `'heron submit' ended well, but ${lacks}. ` +
        (inputs.scheduler.local === undefined
          ? "Look whether 'heron' and this document speak of the same cluster: Aurora's clusters.json, state, and 'heron.class.launcher' in conf."
          : "The local scheduler writes a log into log-files of the topology's working directory: look there."),
    );
  }
  await waitUntilRunning(world.aurora, job, upTo(tree.plan.containerPlans.length + 1), create, world.progress);
  // A submission knows the parallelism of the main alone.
  await scale(target, world, heron);
}

/**
 * What others have made by `heron update` since it was recorded: no preview has told that it would be taken back.
 * @throws UntoldError that names the refresh whose preview does
 */
function refuseUntoldSize(tree: TopologyState, inputs: AuroraJobInputs): void {
  if (missingScaling(tree, inputs) === undefined) return;
  throw new UntoldError(
    `${inputs.jobKey} has another size than was recorded: somebody else has run 'heron update' on it, or a run was cut off. Nothing ` +
      `was touched, since what the documents say needs a 'heron update' that the preview did not name. Run 'pulumi up --refresh': ` +
      `its preview does.`,
  );
}

/**
 * Containers that no packing plan names and that nobody has recorded: somebody else's `heron update` may be about to name them.
 * @throws UntoldError that names the refresh whose preview tells that they go
 */
function refuseUntoldLeftOvers(
  left: readonly number[],
  { leftOvers, hasMore }: CliSteps,
  { jobKey }: AuroraJobInputs,
): void {
  const untold = hasMore ? [] : left.filter((container) => !leftOvers.includes(container));
  if (untold.length === 0) return;
  throw new UntoldError(
    `${jobKey} runs container ${untold.join(", ")}, which its packing plan does not name and nobody has recorded: somebody else has ` +
      `added it, as a 'heron update' does that is at work, or a run was cut off. Nothing was touched, since it would be killed, which the ` +
      `preview did not say. Let an update that is at work end, then run 'pulumi up --refresh': its preview does.`,
  );
}

/** The preview of the run that comes next does not tell of them: it goes by what was recorded before this one. */
async function withLeftOvers(error: unknown, { job, inputs }: Target, { aurora, tree }: World): Promise<unknown> {
  if (!(error instanceof UserError) || inputs.scheduler.local !== undefined) return error;
  try {
    const left = unplannedContainers(await aurora.tasks(job, { active: true }), await tree.read(job.name));
    if (left.length === 0) return error;
    const which = `It has left container ${left.join(", ")}, which no packing plan names.`;
    return new UserError(`${error.message} ${which} The next 'pulumi up' kills what it has left.`, { cause: error });
  } catch {
    return error;
  }
}

/**
 * An update that failed leaves what it had added, and the next would add to it. One that is at work, by somebody's hand, looks the
 * same until it has named them: Heron's update lock tells it apart.
 * @throws UpdateLockError when somebody else holds it
 * @throws UntoldError when its last holder has named them, or made others
 */
async function removeLeftOvers(target: Target, world: World, left: readonly number[]): Promise<void> {
  if (left.length === 0) return;
  const { job, inputs } = target;
  const { aurora, progress, tree } = world;
  const locks = new UpdateLocks(target, world);
  try {
    await locks.take();
    refuseOthers(
      left,
      unplannedContainers(await aurora.tasks(job, { active: true }), await tree.read(job.name)),
      inputs,
    );
    progress(`killing containers ${left.join(", ")}, which an update that failed has left outside of the packing plan`);
    await aurora.killTasks(job, left, "not in the packing plan");
    await waitUntilGone(aurora, job, timeoutsOf(inputs).update, progress, left);
  } finally {
    await locks.release();
  }
}

function refuseOthers(before: readonly number[], now: readonly number[], { jobKey }: AuroraJobInputs): void {
  if (before.join() === now.join()) return;
  throw new UntoldError(
    `Somebody else's 'heron update' of ${jobKey} has ended while it was waited for, and changed which containers its packing plan ` +
      `names. Nothing was touched. Run 'pulumi up --refresh': its preview says what is done about it.`,
  );
}

async function packageOf(call: HeronCall, { jobKey }: AuroraJobInputs): Promise<string> {
  const path = await openCache().locate(call.package);
  if (path !== undefined) return path;
  throw new UserError(
    `The package of ${jobKey} is not where it was, or was changed meanwhile. Nothing was submitted; run 'pulumi up' again.`,
  );
}

async function change(target: Target, world: World, heron: Heron, { restart, containers }: CliSteps): Promise<void> {
  const { job, inputs } = target;
  await scale(target, world, heron);
  if (restart) await restartContainers(target, world, heron);
  for (const container of containers) {
    await restartContainers(target, world, heron, container);
    target.restarted?.push(container);
  }
  await waitUntilRunning(world.aurora, job, upTo(inputs.instances), timeoutsOf(inputs).create, world.progress);
}

/** One container, or all at once. That none of their tasks is left is asked of Aurora alone: the local scheduler tells of none. */
async function restartContainers(
  { job, inputs }: Target,
  { aurora }: World,
  heron: Heron,
  container?: number,
): Promise<void> {
  const { update } = timeoutsOf(inputs);
  const isMeant = ({ instanceId }: TaskStatus) => container === undefined || instanceId === container;
  const before = (await aurora.tasks(job, { active: true })).filter(isMeant).map(({ taskId }) => taskId);
  await heron((at) => restartArguments(at, container), update);
  if (inputs.scheduler.local !== undefined) return;
  const left = async () => (await aurora.tasks(job, { active: true })).filter(({ taskId }) => before.includes(taskId));
  if (await poll(Date.now() + update * 1000, async () => (await left()).length === 0)) return;
  const containers = (await left()).map(({ instanceId }) => instanceId).join(", ");
  throw new UserError(
    `'heron restart' ended well, but container ${containers} of ${inputs.jobKey} was not restarted within ${update} s. ` +
      "Look at the scheduler's page of the job; 'pulumi up' asks for the restart again.",
  );
}

/** One update for parallelism and, where Heron goes by the instances per container instead, one for the containers. */
const mostUpdates = 2;

/** By what is in the state tree: what is recorded may be ahead of what runs, after an `up` that was cut off. */
async function scale({ job, inputs }: Target, world: World, heron: Heron): Promise<void> {
  const { update } = timeoutsOf(inputs);
  const missing = async () => missingScaling(await world.tree.read(job.name), inputs);
  let scaling = await missing();
  if (scaling === undefined) return;
  for (let updates = 0; updates < mostUpdates && scaling !== undefined; updates++) {
    const step = scaling;
    await heron((at) => scalingArguments(at, step), update);
    scaling = await missing();
  }
  if (scaling !== undefined) {
    throw new UserError(
      `'heron update' ended well, but the packing plan in the state tree is not of the size asked for. ` +
        `The topology may be deactivated by it: look at it before you run 'pulumi up' again.`,
    );
  }
  await waitUntilRunning(world.aurora, job, upTo(inputs.instances), update, world.progress);
  await waitForCount({ inputs, job }, world, update);
}

/** The CLI only asks for the end of containers that are no longer needed. */
async function waitForCount({ job, inputs }: Pick<Target, "job" | "inputs">, world: World, seconds: number) {
  const fits = async () => (await world.aurora.tasks(job, { active: true })).length === inputs.instances;
  if (await poll(Date.now() + seconds * 1000, fits)) return;
  throw new UserError(
    `${inputs.jobKey} has another number of active containers than ${inputs.instances}, ${seconds} s after 'heron update' ended well.`,
  );
}

/** Whatever was recorded: a command that is cut off leaves the topology in the state it has needed for its work. */
async function reachState({ job, inputs }: Target, world: World, heron: Heron) {
  const wanted = runningState(inputs);
  const { physicalPlan, topology } = await world.tree.read(job.name);
  // A physical plan that is still to come will have the state that the topology was submitted with.
  if ((physicalPlan?.topology ?? topology)?.state === wanted) return;
  const states = async () => (await world.tree.read(job.name)).physicalPlan?.topology?.state;
  const { command, answer } = stateSeconds(inputs);
  await poll(Date.now() + answer * 1000, async () => (await states()) !== undefined);
  await heron((at) => stateArguments(at, inputs.state), command);
  if (await poll(Date.now() + answer * 1000, async () => (await states()) === wanted)) return;
  throw new UserError(
    `'heron' says that ${inputs.jobKey} is ${inputs.state}, but its physical plan does not. Look at the TManager in container 0.`,
  );
}

/** Held by the physical plan, which the TManager makes anew with each packing plan: looked at whatever was changed. */
async function reachRuntimeConfig({ job, inputs }: Target, world: World, heron: Heron): Promise<void> {
  const wanted = inputs.runtimeConfig ?? {};
  if (Object.keys(wanted).length === 0) return;
  const lacks = async () => missingRuntimeConfig(await world.tree.read(job.name), wanted);
  const seconds = timeoutsOf(inputs).create;
  await poll(Date.now() + seconds * 1000, async () => (await lacks()) !== undefined);
  const missing = (await lacks()) ?? wanted;
  if (Object.keys(missing).length === 0) return;
  const { command, answer } = stateSeconds(inputs);
  await heron((at) => runtimeConfigArguments(at, missing), command);
  const isSet = async () => Object.keys((await lacks()) ?? wanted).length === 0;
  if (await poll(Date.now() + answer * 1000, isSet)) return;
  throw new UserError(
    `'heron' says that the runtime config of ${inputs.jobKey} was changed, but its physical plan does not. Look at the TManager in container 0.`,
  );
}

function upTo(instances: number): number[] {
  return Array.from({ length: instances }, (_, instance) => instance);
}

async function killAndWait(inputs: AuroraJobInputs, world: World, heron: Heron): Promise<void> {
  const { delete: seconds } = timeoutsOf(inputs);
  await heron(killArguments, seconds);
  const [cluster = "", role = "", environment = "", name = ""] = inputs.jobKey.split("/");
  await waitUntilGone(world.aurora, { cluster, role, environment, name }, seconds, world.progress);
}

function callOf({ payload, inputs }: Target): HeronCall {
  if (payload.heron !== undefined) return payload.heron;
  throw new UserError(`${inputs.jobKey} was not prepared for 'submitter: heron-cli'. Run 'pulumi up' again.`);
}
