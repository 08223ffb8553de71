import { parseJobKey } from "../aurora/job-key";
import { AuroraError } from "../aurora/errors";
import { openCache } from "../cache";
import { adoption, doesHash } from "./adopt";
import {
  changedInputs,
  describeChange,
  differsAtAll,
  movedTree,
  type OldInputs,
  refusedChange,
  sameName,
} from "./changes";
import { configuredCredentials, type ConfigureRequest } from "../config/credentials";
import { isKnownText } from "../json-text";
import { type Connections, connections } from "./connections";
import { messageOf, quietly } from "./errors";
import type { AuroraJobInputs, AuroraJobOutputs } from "./inputs";
import { localScheduler } from "./local-scheduler";
import { takesQuota } from "../quota/amounts";
import { addsContainers, beginPlacing, forgetPlacements, placementRefusal } from "./offers";
import { submitterOf } from "./submitter";
import { loadPayload, type JobPayload } from "./payload";
import { metadataNames } from "../aurora/thermos/metadata";
import { engineProgress } from "./progress";
import { observe } from "./observe";
import { begin, forgetGrants, quotaRefusal, takesMore } from "./quota";
import { ownMark, type Target, type World } from "./target";
import { type AuroraJobProperties, inputsOf, type OldProperties, propertiesOf } from "./registration";
import { taskChanges } from "./task-changes";
import { eraseTree } from "./tree";
import { jobUrn } from "./urn";

let connect: Connections = connections(new Map());

/** Reaches schedulers and state trees by `other` from now on, until the next `configure`: for tests of what a bad network does. */
export function connectThrough(other: Connections): void {
  connect = other;
}

/** What the dynamic provider does for an `AuroraJob`. Every method may be run again after being killed at any point. */
export const auroraJob = {
  /** Credentials come from the stack's configuration, so they are in no resource's state and rotate without a diff. */
  configure(request: ConfigureRequest): void {
    connect = connections(configuredCredentials(request));
    forgetGrants();
    forgetPlacements();
  },

  /** Names the action in an input, which is how a preview can show it; the words of an unchanged job stay. */
  async check(olds: OldProperties, news: AuroraJobProperties) {
    if (!isKnownText(news.job)) return { inputs: news, failures: [] };
    const before = oldInputs(olds);
    const after = inputsOf(news);
    const recorded = before !== undefined && differsAtAll(before, after) ? "settings recorded" : olds.change;
    const change = describeChange(before, after, await taskParts(before, after)) ?? recorded;
    const refused = before && refusedChange(before, after);
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
    const world = await worldOf(inputs);
    try {
      await submitterOf(inputs).converge({ ...target, ...(adoptable && { adoptable }) }, world);
    } catch (error) {
      const unreached = error instanceof AuroraError && error.kind === "unreachable";
      if (unreached || !(await isSubmitted(target, world))) throw error;
      // The job is there but not up: recorded, so that it is nobody's orphan and the next run goes on from there.
      throw unfinished(error, inputs.jobKey, news);
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
    const before = await payloadOf(was);
    const adoptable = was.taskHash === inputs.taskHash ? was.adoptedAs : undefined;
    const target = { ...(await targetOf(inputs)), ...(before && { before }), ...(adoptable && { adoptable }) };
    const world = await worldOf(inputs);
    try {
      await submitterOf(inputs).converge(target, world, was);
      if (movedTree(was, inputs)) await eraseTree(inputs, await worldOf({ ...inputs, stateTree: was.stateTree }));
    } catch (error) {
      if (error instanceof AuroraError) throw error;
      const recorded = was as AuroraJobOutputs;
      const found = (await observe(recorded, world)) ?? { ...recorded, instances: 0 };
      // What runs is neither the old nor the new: recorded, so that the next run comes here whatever the documents say then.
      if (isChanged(was, found)) throw unfinished(error, inputs.jobKey, propertiesOf(found, news));
      throw error;
    }
    return { outs: adoptable === undefined ? news : await withAdoption(news, target, world) };
  },

  async delete(_id: string, outs: AuroraJobProperties): Promise<void> {
    const inputs = inputsOf(outs);
    await quietly(async () => submitterOf(inputs).kill(inputs, await worldOf(inputs)));
  },
};

/** The engine records `properties`, marks the resource as failed, and comes back to it with the next `up`. */
function unfinished(error: unknown, id: string, properties: AuroraJobProperties): Error {
  const message = messageOf(error);
  return Object.assign(new Error(message), { id, properties: { ...properties }, reasons: [message] });
}

/** Whether an update that failed left anything of the job other than it was. */
function isChanged(was: OldInputs, found: AuroraJobOutputs): boolean {
  return changedInputs(was, found).some((key) => key !== "trouble");
}

async function withAdoption(news: AuroraJobProperties, target: Target, world: World): Promise<AuroraJobProperties> {
  const adoptedAs = await adoption(target, world);
  return adoptedAs === undefined ? news : propertiesOf({ ...inputsOf(news), adoptedAs }, news);
}

/** What differs in the tasks, where this checkout still knows what they were. */
async function taskParts(olds: OldInputs | undefined, news: AuroraJobInputs): Promise<readonly string[]> {
  if (olds?.payload === undefined || olds.taskHash === news.taskHash) return [];
  const [before, after] = await Promise.all([payloadOf(olds), payloadOf(news)]);
  if (before === undefined || after === undefined) return [];
  return taskChanges(before.jobConfiguration.taskConfig, after.jobConfiguration.taskConfig);
}

async function beyondBounds(olds: OldInputs | undefined, news: AuroraJobInputs): Promise<string | undefined> {
  return (await beyondQuota(olds, news)) ?? beyondOffers(olds, news);
}

/** Why the hosts have no room for it, where the document wants to know. */
async function beyondOffers(olds: OldInputs | undefined, news: AuroraJobInputs): Promise<string | undefined> {
  if (news.requireOffers !== true || !addsContainers(olds, news)) return undefined;
  return placementRefusal(news, connect.aurora(parseJobKey(news.jobKey).cluster, news.scheduler, "soon"));
}

/** Why the role's quota does not allow it; the scheduler is asked only for a job that is to take more of it. */
async function beyondQuota(olds: OldInputs | undefined, news: AuroraJobInputs): Promise<string | undefined> {
  const more = takesMore(olds, news);
  if (!more && olds?.taskHash === news.taskHash) return undefined;
  if (!(await isCounted(news)) || (!more && olds !== undefined && (await isCounted(olds)))) return undefined;
  const { cluster } = parseJobKey(news.jobKey);
  return quotaRefusal(olds, news, connect.aurora(cluster, news.scheduler, "soon"));
}

/** Whether the job takes from the quota, as far as this checkout knows. */
async function isCounted(inputs: OldInputs): Promise<boolean> {
  if (inputs.scheduler?.local !== undefined) return false;
  const payload = await payloadOf(inputs);
  return payload !== undefined && takesQuota(payload.jobConfiguration.taskConfig);
}

/** Undefined for a resource that is new. */
function oldInputs(olds: OldProperties): OldInputs | undefined {
  return Object.keys(olds).length === 0 ? undefined : inputsOf(olds as AuroraJobProperties);
}

async function targetOf(inputs: AuroraJobInputs): Promise<Target> {
  return { job: parseJobKey(inputs.jobKey), inputs, payload: await loadPayload(openCache(), inputs.payload) };
}

async function payloadOf(olds: OldInputs): Promise<JobPayload | undefined> {
  return olds.payload === undefined ? undefined : loadPayload(openCache(), olds.payload).catch(() => undefined);
}

async function worldOf(inputs: AuroraJobInputs): Promise<World> {
  const cluster = parseJobKey(inputs.jobKey).cluster;
  const tree = await connect.stateTree(cluster, inputs.stateTree);
  const isLocal = inputs.scheduler.local !== undefined;
  return {
    aurora: isLocal ? localScheduler(tree) : connect.aurora(cluster, inputs.scheduler),
    tree,
    progress: engineProgress(jobUrn(inputs)),
  };
}

/** Whether the scheduler holds a job of ours, however it fares. A scheduler that cannot say is taken for a no. */
async function isSubmitted({ job, inputs }: Target, { aurora }: World): Promise<boolean> {
  try {
    const tasks = await aurora.tasks(job, { active: true });
    return tasks.some((task) => ownMark(task, metadataNames.owner) === inputs.owner);
  } catch (error) {
    if (error instanceof AuroraError) return false;
    throw error;
  }
}
