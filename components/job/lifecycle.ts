import { createRequire } from "node:module";
import type { ConfigureRequest } from "../config/credentials";
import { isKnownText } from "../json-text";
import { changedInputs, describeChange, differsAtAll, refusedChange, sameName } from "./changes";
import type * as deployment from "./deployment";
import type * as ofForesight from "./foresight";
import { forgetHeld, holderOf, noteChecked, noteMade } from "./held";
import type * as jobReading from "./reading";
import {
  type AuroraJobProperties,
  inputsOf,
  isSameJob,
  knownInputs,
  leftOutOf,
  type OldProperties,
  propertiesOf,
} from "./registration";
import type * as removal from "./removal";
import { connectWith } from "./worlds";

const load = createRequire(__filename);

/** Loaded with the first job that is deployed: most runs find nothing to do. */
const deploying = () => load("./deployment") as typeof deployment;

/** Likewise with the first one that is deleted, which needs little of that. */
const removing = () => load("./removal") as typeof removal;

/** Loaded with the first job that is read, which only a refresh does. */
const reading = () => load("./reading") as typeof jobReading;

/** Loaded with the first job of which the documents say something else than is recorded. */
let foresight: typeof ofForesight | undefined;
const foreseeing = () => (foresight ??= load("./foresight") as typeof ofForesight);

/**
 * Jobs that replace another in this run, with the words for it: the engine checks the new one once more as if there were no
 * old one, and what it is told then is what a preview shows.
 */
const replacements = new Map<string, string>();

/** What the dynamic provider does for an `AuroraJob`. Every method may be run again after being killed at any point. */
export const auroraJob = {
  configure(request: ConfigureRequest): void {
    connectWith(request);
    foresight?.forgetRun();
    replacements.clear();
    forgetHeld();
  },

  /** Names the action in an input, which is how a preview can show it; the words of an unchanged job stay. */
  async check(olds: OldProperties, news: AuroraJobProperties) {
    // What will be done is as unknown as the job: the engine holds an `up` to what a saved plan knows.
    if (!isKnownText(news.job)) return { inputs: worded(news, news.job), failures: [] };
    const taken = noteChecked(olds, news);
    if (taken !== undefined) return { inputs: news, failures: [refusal(takenReasons[taken](news.jobKey))] };
    if (isSameJob(olds, news)) return { inputs: worded(news, olds.change), failures: [] };
    const { beyondBounds, inRecordedOrder, knownChanges, runningContainers } = foreseeing();
    const leftOut = leftOutOf(news);
    if (leftOut !== undefined) return { inputs: news, failures: [refusal(leftOutReason(leftOut))] };
    const before = knownInputs(olds);
    const asked = inputsOf(news);
    const after = await inRecordedOrder(before ?? {}, asked);
    const recorded = before !== undefined && differsAtAll(before, after) ? "settings recorded" : olds.change;
    const described = describeChange(before, after, await knownChanges(before, after));
    if (described !== undefined && before !== undefined && before.jobKey !== after.jobKey)
      replacements.set(after.jobKey, described);
    const change = (before === undefined ? replacements.get(after.jobKey) : undefined) ?? described ?? recorded;
    const refused = refusedChange(before ?? {}, after, await runningContainers(before, after));
    const reason = refused ?? (await beyondBounds(before, after));
    return {
      inputs: worded(after === asked ? news : propertiesOf(after, news), change),
      failures: reason === undefined ? [] : [refusal(reason)],
    };
  },

  diff(_id: string, olds: OldProperties, news: AuroraJobProperties) {
    if (!isKnownText(news.job)) return { changes: true, replaces: [], deleteBeforeReplace: false };
    if (isSameJob(olds, news)) return { changes: false, replaces: [], deleteBeforeReplace: false };
    const before = knownInputs(olds) ?? {};
    const after = inputsOf(news);
    const replaces = changedInputs(before, after).filter((key) => key === "jobKey");
    return {
      changes: differsAtAll(before, after),
      replaces,
      // The state tree is keyed by the topology's name alone: two jobs of one name would share its nodes.
      deleteBeforeReplace: replaces.length > 0 && sameName(before.jobKey, after.jobKey),
    };
  },

  create(news: AuroraJobProperties) {
    noteMade(news);
    return deploying().createJob(news);
  },

  read(id: string, outs: AuroraJobProperties) {
    return reading().readJob(id, outs);
  },

  update(_id: string, olds: OldProperties, news: AuroraJobProperties) {
    return deploying().updateJob(olds, news);
  },

  delete(_id: string, outs: AuroraJobProperties) {
    return removing().deleteJob(outs, holderOf(outs.jobKey));
  },
};

/** Of a property that is named, the engine shows the whole value before the reason. */
function refusal(reason: string) {
  return { property: "", reason };
}

/** Why a resource is refused that has, with this job key, what another of the program has. */
const takenReasons = {
  job: (jobKey: string) =>
    `Another resource of the program is the job ${jobKey} too. No job was touched. Give one of the two topologies another name.`,
  place: (jobKey: string) =>
    `Another resource of the program is a topology of the name of ${jobKey} too, in the same state tree, which keeps one topology of a ` +
    `name. No job was touched. Give one of the two another name, or its cluster a root of its own (state.*.root).`,
};

/** The engine tells a program neither of its targets nor of what it excludes. */
function leftOutReason(urn: string): string {
  return (
    "A package that its containers fetch is not in its store, and this run leaves it out, by its --target or --exclude. The job " +
    `was not touched. Add --target '${urn}' to other targets, or take the --exclude away that means it.`
  );
}

/** With the words of a change, for the preview. */
function worded(inputs: AuroraJobProperties, change: string | undefined): AuroraJobProperties {
  return change === undefined ? inputs : { ...inputs, change };
}
