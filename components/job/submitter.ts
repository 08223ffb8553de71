import { createRequire } from "node:module";
import { listedContainers, type OldInputs } from "./changes";
import type * as converging from "./converge";
import type * as byCli from "./heron-cli";
import { UserError } from "../errors";
import type { Target, World } from "./target";
import type * as restarting from "./restart";
import type * as tmanager from "./tmanager";

/**
 * Makes a topology as its target says: by the scheduler's API, or by the user's `heron`.
 * @param was what was recorded before; undefined on create
 */
export function converge(target: Target, world: World, was?: OldInputs): Promise<void> {
  return target.inputs.submitter === "heron-cli"
    ? cli().convergeByCli(target, world, was)
    : convergeNatively(target, world, was);
}

const load = createRequire(__filename);

/** Loaded for the topologies that this project submits. */
const making = () => load("./converge") as typeof converging;
const restart = () => load("./restart") as typeof restarting;
const atTManager = () => load("./tmanager") as typeof tmanager;

/** Loaded for the topologies that heron submits: most stacks have none. */
const cli = () => load("./heron-cli") as typeof byCli;

async function convergeNatively(target: Target, world: World, was: OldInputs | undefined): Promise<void> {
  const { inputs } = target;
  const { setRuntimeConfig, setTopologyState } = atTManager();
  if (was?.submitter === "heron-cli" && was.taskHash === inputs.taskHash) await refuseHeronsId(target, world);
  const listed = was === undefined ? [] : listedContainers(was, inputs);
  const before = listed.length === 0 ? undefined : await restart().taskIds(target.job, world.aurora);
  await making().converge(target, world, was === undefined ? "create" : "update");
  if (before !== undefined) {
    // What else the documents change may have restarted them, or only others.
    const after = await restart().taskIds(target.job, world.aurora);
    const left = listed.filter((container) => before.get(container) === after.get(container));
    await restart().restartContainers(left, target, world);
  }
  if (await isInOtherState(target, world, was)) await setTopologyState(inputs, world);
  await setRuntimeConfig(inputs, world);
}

/** By what was recorded; a job that was there before it was recorded, as after an `up` that was cut off, says it itself. */
async function isInOtherState({ job, inputs }: Target, { tree }: World, was?: OldInputs): Promise<boolean> {
  if (was?.state !== undefined) return was.state !== inputs.state;
  const state = (await tree.physicalPlan(job.name))?.topology?.state;
  return state !== undefined && state !== atTManager().runningState(inputs);
}

/** Containers are told their topology's id when they start, and end themselves where the state tree says another. */
async function refuseHeronsId({ job, inputs }: Target, { tree }: World): Promise<void> {
  const ownership = await tree.ownership(job.name);
  if (ownership === undefined || ownership.topologyId === inputs.topologyId) return;
  throw new UserError(
    `${inputs.jobKey} was submitted by heron, under a topology id of its own. Nothing was touched. To manage it natively, ` +
      `change 'restart' in the same run: the rolling restart gives it the id that the native submitter knows.`,
  );
}
