import { createRequire } from "node:module";
import { parseJobKey } from "../aurora/job-key";
import { openCache } from "../cache";
import { listedContainers, type OldInputs } from "./changes";
import type * as converging from "./converge";
import type * as byCli from "./heron-cli";
import { UserError } from "../errors";
import type { AuroraJobInputs, AuroraJobOutputs } from "./inputs";
import { kill } from "./kill";
import { findPayload } from "./payload";
import type { Target, World } from "./target";
import type * as restarting from "./restart";
import type * as tmanager from "./tmanager";

/** Who makes a topology so: this project by the scheduler's API, or the user's `heron`. */
export interface Submitter {
  /** @param was what was recorded before; undefined on create */
  converge(target: Target, world: World, was?: OldInputs): Promise<void>;
  kill(outs: AuroraJobOutputs, world: World): Promise<void>;
}

export function submitterOf({ submitter }: AuroraJobInputs): Submitter {
  return submitter === "heron-cli" ? heronCli : native;
}

const load = createRequire(__filename);

/** Loaded with the first job that is made or changed: what is killed needs none of it. */
const making = () => load("./converge") as typeof converging;
const restart = () => load("./restart") as typeof restarting;
const atTManager = () => load("./tmanager") as typeof tmanager;

const native: Submitter = {
  async converge(target, world, was) {
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
  },
  kill,
};

/** Loaded for the topologies that heron submits: most stacks have none. */
const cli = () => load("./heron-cli") as typeof byCli;

const heronCli: Submitter = {
  converge: (target, world, was) => cli().convergeByCli(target, world, was),
  async kill(outs, world) {
    const payload = await findPayload(openCache(), outs.payload);
    // Heron's kill comes to the same calls; the CLI cannot be given its conf dir by a checkout that has not made it.
    if (payload?.heron === undefined) await kill(outs, world);
    else await cli().killByCli(outs, { job: parseJobKey(outs.jobKey), inputs: outs, payload }, world);
  },
};

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
