import { AuroraError } from "../aurora/errors";
import { parseJobKey } from "../aurora/job-key";
import { openCache } from "../cache";
import { type Adoptable, adoptableAs } from "./adopt";
import {
  isChanged,
  knownAfter,
  observeAfter,
  ownersAfter,
  treesLeft,
  unfinished,
  withAdoption,
  withFormerOwners,
} from "./aftermath";
import { UpdateLockError } from "../heron/state/update-lock";
import { type OldInputs, tellsSubmission } from "./changes";
import type { AuroraJobInputs, AuroraJobOutputs } from "./inputs";
import { beginPlacing } from "./offers";
import { refuseLeftBehind } from "./ownership";
import { knownPayload, loadPayload } from "./payload";
import { begin } from "./quota";
import { type AuroraJobProperties, inputsOf, knownInputs, type OldProperties, propertiesOf } from "./registration";
import { converge } from "./submitter";
import type { Target } from "./target";
import { topologyState } from "./topology-state";
import { eraseLeftTree } from "./tree-erasure";
import { UntoldError } from "./untold";
import { worldOf } from "./worlds";

/** Submits the job, or goes on where a submission was cut off; returns when it is RUNNING. */
export async function createJob(news: AuroraJobProperties): Promise<{ id: string; outs: AuroraJobProperties }> {
  const inputs = inputsOf(news);
  begin(inputs.jobKey);
  beginPlacing(inputs.jobKey);
  const target = await targetOf(inputs);
  const adoptable = inputs.adopt && adoptableAs(target.payload.jobConfiguration.taskConfig);
  const taking = inputs.adopt === true;
  const world = await worldOf(inputs);
  try {
    await converge({ ...target, taking, ...(adoptable && { adoptable }) }, world);
    return { id: inputs.jobKey, outs: inputs.adopt ? await withAdoption(news, target, world) : news };
  } catch (error) {
    const { owners, isSeen } = await ownersAfter(error, target, world);
    if (!owners.includes(inputs.owner)) throw error;
    // The job is there but not up: recorded, so that it is nobody's orphan and the next run goes on from there.
    // Where the state tree cannot be asked either, the failure itself is what is told; a refresh finds the state.
    const state = (await topologyState(target.job, world).catch(() => undefined)) ?? inputs.state;
    // One that may yet come is recorded as not there, so that the next run submits it.
    const found = { ...inputs, state, ...(!isSeen && { instances: 0 }), ...(taking && { taking: true as const }) };
    throw unfinished(error, inputs.jobKey, propertiesOf(found, news));
  }
}

/** Makes of the job what the documents say now. */
export async function updateJob(
  olds: OldProperties,
  news: AuroraJobProperties,
): Promise<{ outs: AuroraJobProperties }> {
  const was = knownInputs(olds) ?? {};
  const inputs = inputsOf(news);
  begin(inputs.jobKey);
  beginPlacing(inputs.jobKey);
  const before = await knownPayload(was);
  const formerOwners = [...(was.formerOwners ?? []), ...(was.owner === undefined ? [] : [was.owner])].filter(
    (owner) => owner !== inputs.owner,
  );
  const planned = await targetOf(inputs);
  const isSame = was.taskHash === inputs.taskHash;
  // `heron restart` gives its containers no new mark.
  const isBack = isSame && was.submitter === "heron-cli" && inputs.submitter === undefined;
  const asked = () => adoptableAs(planned.payload.jobConfiguration.taskConfig);
  const adoptable = was.taking === true ? asked() : isBack ? { does: asked().does } : asAdopted(was, isSame, asked);
  const target: Target = {
    ...planned,
    formerOwners,
    taking: was.taking === true,
    isSameTask: isSame && adoptable === undefined,
    isSubmissionTold: tellsSubmission(was, inputs),
    leftTrees: treesLeft(was, inputs),
    // Of one that is recorded as not there, as after a submission that was not seen to land, nothing was told.
    ...(was.instances && was.scaling !== "outside" && { recorded: was.instances }),
    restarted: [],
    ...(before && { before }),
    ...(adoptable && { adoptable }),
  };
  const world = await worldOf(inputs);
  await refuseLeftBehind(was, target, world);
  try {
    await converge(target, world, was);
    for (const stateTree of treesLeft(was, inputs)) await eraseLeftTree({ stateTree }, inputs, world);
    const outs = adoptable === undefined ? news : await withAdoption(news, target, world);
    return { outs: formerOwners.length === 0 ? outs : await withFormerOwners(outs, formerOwners, target, world) };
  } catch (error) {
    const isBefore = [AuroraError, UntoldError, UpdateLockError].some((kind) => error instanceof kind);
    if (isBefore && !world.wrote()) throw error;
    const recorded = knownAfter(was, target, world);
    const found = asTold(await observeAfter(recorded, world), recorded, target);
    // Nobody can say by now what has landed: the next run is to look, whatever the documents say then.
    if (found === "unknown") throw unfinished(error, inputs.jobKey, propertiesOf(recorded, news));
    // What runs is neither the old nor the new: recorded, so that the next run comes here whatever the documents say then.
    if (isChanged(was, found)) throw unfinished(error, inputs.jobKey, propertiesOf(found, news));
    throw error;
  }
}

/** What a task of a job that was adopted as it was, is: also where a change was begun and is taken back, which had not got at it. */
function asAdopted({ adoptedAs }: OldInputs, isSame: boolean, asked: () => Adoptable): Adoptable | undefined {
  if (adoptedAs === undefined) return undefined;
  if (isSame) return { does: adoptedAs };
  return asked().does === adoptedAs ? asked() : undefined;
}

/** That others have ended the job meanwhile is for a refresh to find: the next preview goes by what is recorded before. */
function asTold(
  found: AuroraJobOutputs | "unknown",
  { instances }: AuroraJobOutputs,
  { isSubmissionTold }: Target,
): AuroraJobOutputs | "unknown" {
  const isUntold = found !== "unknown" && found.instances === 0 && isSubmissionTold === false;
  return isUntold ? { ...found, instances } : found;
}

async function targetOf(inputs: AuroraJobInputs): Promise<Target> {
  return { job: parseJobKey(inputs.jobKey), inputs, payload: await loadPayload(openCache(), inputs.payload) };
}
