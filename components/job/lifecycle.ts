import { parseJobKey } from "../aurora/job-key";
import { AuroraError } from "../aurora/errors";
import { openCache } from "../cache";
import { doesHash } from "./adopt";
import { isChanged, observeAfter, ownersAfter, unfinished, withAdoption, withFormerOwners } from "./aftermath";
import {
  changedInputs,
  describeChange,
  differsAtAll,
  movedTree,
  type OldInputs,
  refusedChange,
  sameName,
} from "./changes";
import type { ConfigureRequest } from "../config/credentials";
import { beyondBounds, knownChanges, runningContainers } from "./foresight";
import { isKnownText } from "../json-text";
import { quietly } from "./errors";
import type { AuroraJobInputs, AuroraJobOutputs } from "./inputs";
import { beginPlacing, forgetPlacements } from "./offers";
import { submitterOf } from "./submitter";
import { knownPayload, loadPayload } from "./payload";
import { observe } from "./observe";
import { refuseLeftBehind } from "./ownership";
import { begin, forgetGrants } from "./quota";
import type { Target } from "./target";
import { type AuroraJobProperties, inputsOf, type OldProperties, propertiesOf } from "./registration";
import { stateIn } from "./tmanager";
import { eraseTree } from "./tree";
import { connectWith, worldOf } from "./worlds";

/**
 * Jobs that replace another in this run, with the words for it: the engine checks the new one once more as if there were no
 * old one, and what it is told then is what a preview shows.
 */
const replacements = new Map<string, string>();

/** What the dynamic provider does for an `AuroraJob`. Every method may be run again after being killed at any point. */
export const auroraJob = {
  configure(request: ConfigureRequest): void {
    connectWith(request);
    forgetGrants();
    forgetPlacements();
    replacements.clear();
  },

  /** Names the action in an input, which is how a preview can show it; the words of an unchanged job stay. */
  async check(olds: OldProperties, news: AuroraJobProperties) {
    if (!isKnownText(news.job)) return { inputs: news, failures: [] };
    const before = oldInputs(olds);
    const after = inputsOf(news);
    const recorded = before !== undefined && differsAtAll(before, after) ? "settings recorded" : olds.change;
    const described = describeChange(before, after, await knownChanges(before, after));
    if (described !== undefined && before !== undefined && before.jobKey !== after.jobKey)
      replacements.set(after.jobKey, described);
    const change = (before === undefined ? replacements.get(after.jobKey) : undefined) ?? described ?? recorded;
    const refused = refusedChange(before ?? {}, after, await runningContainers(before, after));
    const reason = refused ?? (await quietly(() => beyondBounds(before, after)));
    return {
      inputs: change === undefined ? news : { ...news, change },
      // Of a property that is named, the engine shows the whole value before the reason.
      failures: reason === undefined ? [] : [{ property: "", reason }],
    };
  },

  diff(_id: string, olds: OldProperties, news: AuroraJobProperties) {
    if (!isKnownText(news.job)) return { changes: true, replaces: [], deleteBeforeReplace: false };
    const before = oldInputs(olds) ?? {};
    const after = inputsOf(news);
    const replaces = changedInputs(before, after).filter((key) => key === "jobKey");
    return {
      changes: differsAtAll(before, after),
      replaces,
      // The state tree is keyed by the topology's name alone: two jobs of one name would share its nodes.
      deleteBeforeReplace: replaces.length > 0 && sameName(before.jobKey, after.jobKey),
    };
  },

  async create(news: AuroraJobProperties): Promise<{ id: string; outs: AuroraJobProperties }> {
    const inputs = inputsOf(news);
    begin(inputs.jobKey);
    beginPlacing(inputs.jobKey);
    const target = await targetOf(inputs);
    const adoptable = inputs.adopt && doesHash(target.payload.jobConfiguration.taskConfig);
    const taking = inputs.adopt === true;
    const world = await worldOf(inputs);
    try {
      await submitterOf(inputs).converge({ ...target, taking, ...(adoptable && { adoptable }) }, world);
    } catch (error) {
      const owners = await ownersAfter(error, target, world);
      if (!owners.includes(inputs.owner)) throw error;
      // The job is there but not up: recorded, so that it is nobody's orphan and the next run goes on from there.
      const state = stateIn(await world.tree.physicalPlan(target.job.name).catch(() => undefined)) ?? inputs.state;
      const found = { ...inputs, state, ...(taking && { taking: true as const }) };
      throw unfinished(error, inputs.jobKey, propertiesOf(found, news));
    }
    return { id: inputs.jobKey, outs: inputs.adopt ? await withAdoption(news, target, world) : news };
  },

  async read(id: string, outs: AuroraJobProperties) {
    const known = inputsOf(outs);
    const found = await quietly(async () => observe(known, await worldOf(known)));
    if (found === undefined) return {};
    const props = propertiesOf(found, outs);
    return { id, props, inputs: props };
  },

  async update(_id: string, olds: OldProperties, news: AuroraJobProperties): Promise<{ outs: AuroraJobProperties }> {
    const was = oldInputs(olds) ?? {};
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
    const adoptable =
      was.taking === true || isBack
        ? doesHash(planned.payload.jobConfiguration.taskConfig)
        : isSame
          ? was.adoptedAs
          : undefined;
    const target: Target = {
      ...planned,
      formerOwners,
      taking: was.taking === true,
      ...(before && { before }),
      ...(adoptable && { adoptable }),
    };
    const world = await worldOf(inputs);
    await refuseLeftBehind(was, target, world);
    try {
      await submitterOf(inputs).converge(target, world, was);
      if (movedTree(was, inputs)) await eraseTree(inputs, await worldOf({ ...inputs, stateTree: was.stateTree }));
    } catch (error) {
      if (error instanceof AuroraError && !world.wrote()) throw error;
      const recorded = was as AuroraJobOutputs;
      const found = await observeAfter(recorded, world);
      // Nobody can say by now what has landed: the next run is to look, whatever the documents say then.
      if (found === "unknown") throw unfinished(error, inputs.jobKey, propertiesOf(recorded, news));
      // What runs is neither the old nor the new: recorded, so that the next run comes here whatever the documents say then.
      if (isChanged(was, found)) throw unfinished(error, inputs.jobKey, propertiesOf(found, news));
      throw error;
    }
    const outs = adoptable === undefined ? news : await withAdoption(news, target, world);
    return { outs: formerOwners.length === 0 ? outs : await withFormerOwners(outs, formerOwners, target, world) };
  },

  async delete(_id: string, outs: AuroraJobProperties): Promise<void> {
    const inputs = inputsOf(outs);
    await quietly(async () => submitterOf(inputs).kill(inputs, await worldOf(inputs)));
  },
};

/** Undefined for a resource that is new. */
function oldInputs(olds: OldProperties): OldInputs | undefined {
  return Object.keys(olds).length === 0 ? undefined : inputsOf(olds as AuroraJobProperties);
}

async function targetOf(inputs: AuroraJobInputs): Promise<Target> {
  return { job: parseJobKey(inputs.jobKey), inputs, payload: await loadPayload(openCache(), inputs.payload) };
}
