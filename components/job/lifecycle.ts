import { parseJobKey } from "../aurora/job-key";
import { AuroraError } from "../aurora/errors";
import { openCache } from "../cache";
import { canonicalJson } from "../canonical-json";
import { UserError } from "../errors";
import { adoption, doesHash } from "./adopt";
import {
  changedInputs,
  describeChange,
  type KnownChanges,
  noKnownChanges,
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
import { movedInstances } from "./moves";
import { notingWrites, type Writes } from "./writes";
import type { TaskStatus } from "../aurora/task-status";
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
import { stateIn } from "./tmanager";
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
    const change = describeChange(before, after, await knownChanges(before, after)) ?? recorded;
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
    const before = await payloadOf(was);
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

/** Another address of the same scheduler is fine; another scheduler would get a second job, and the first be nobody's. */
async function refuseLeftBehind(was: OldInputs, { job, inputs }: Target, { aurora }: World): Promise<void> {
  const isSame = canonicalJson(was.scheduler) === canonicalJson(inputs.scheduler);
  if (was.scheduler === undefined || isSame || was.jobKey !== inputs.jobKey) return;
  if (was.scheduler.local !== undefined || inputs.scheduler.local !== undefined) return;
  if ((await aurora.tasks(job, { active: true })).length > 0) return;
  const left = await connect
    .aurora(job.cluster, was.scheduler, "soon")
    .tasks(job, { active: true })
    .catch(() => []);
  if (left.length === 0) return;
  throw new UserError(
    `${inputs.jobKey} runs on the scheduler that the documents named before, and the one that 'scheduler' names now has no such ` +
      `job. Nothing was touched. Destroy it there first, or give the other scheduler a 'cluster' name of its own.`,
  );
}

/** A stack that had another name is known by it, until the tasks that carry it are replaced by themselves. */
async function withFormerOwners(
  outs: AuroraJobProperties,
  former: readonly string[],
  { job }: Target,
  { aurora }: World,
): Promise<AuroraJobProperties> {
  const seen = ownersOf(await aurora.tasks(job, { active: true }));
  const formerOwners = former.filter((owner) => seen.includes(owner));
  return formerOwners.length === 0 ? outs : propertiesOf({ ...inputsOf(outs), formerOwners }, outs);
}

/** Set where a plan is made or carried out, which must say the same on a machine that knows less. */
const reviewedVariable = "HERON_AURORA_REVIEWED";

/** What differs in the tasks and in the places of Heron instances, where this checkout still knows what they were. */
async function knownChanges(olds: OldInputs | undefined, news: AuroraJobInputs): Promise<KnownChanges> {
  const isSame = olds?.taskHash === news.taskHash && olds.treeHash === news.treeHash;
  if (olds?.payload === undefined || isSame || process.env[reviewedVariable] !== undefined) return noKnownChanges;
  const [before, after] = await Promise.all([payloadOf(olds), payloadOf(news)]);
  if (before === undefined || after === undefined) return noKnownChanges;
  return {
    taskParts: taskChanges(before.jobConfiguration.taskConfig, after.jobConfiguration.taskConfig),
    moved: news.scaling === "outside" ? 0 : movedInstances(before, after),
  };
}

/**
 * How many containers run of a job whose size the documents do not tell: one that is to be adopted, or is scaled outside.
 * Asked only where the documents bound what a change may touch; undefined where the scheduler cannot say.
 */
async function runningContainers(olds: OldInputs | undefined, news: AuroraJobInputs): Promise<number | undefined> {
  const isUntold = olds === undefined ? news.adopt === true : news.scaling === "outside";
  if (news.update?.maxContainers === undefined || !isUntold || news.scheduler.local !== undefined) return undefined;
  const job = parseJobKey(news.jobKey);
  try {
    const tasks = await connect.aurora(job.cluster, news.scheduler, "soon").tasks(job, { active: true });
    return tasks.filter((task) => olds !== undefined || ownMark(task, metadataNames.task) !== news.taskHash).length;
  } catch (error) {
    if (error instanceof AuroraError) return undefined;
    throw error;
  }
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

async function worldOf(inputs: AuroraJobInputs): Promise<NotingWorld> {
  const cluster = parseJobKey(inputs.jobKey).cluster;
  const tree = await connect.stateTree(cluster, inputs.stateTree);
  const isLocal = inputs.scheduler.local !== undefined;
  return {
    ...notingWrites(isLocal ? localScheduler(tree) : connect.aurora(cluster, inputs.scheduler)),
    tree,
    progress: engineProgress(jobUrn(inputs)),
  };
}

/** A world that knows whether anything in it was asked to change. */
type NotingWorld = World & Writes;

/** Errors after which nobody knows what a scheduler that was asked to change something has done. */
const doubtful: readonly AuroraError["kind"][] = ["unsure", "unreachable", "unavailable"];

/**
 * Whose marks are on the job's tasks, however they fare, after a submission ended with `error`. Where the scheduler has
 * not refused the job and does not show it, it may yet come, and a half-written state tree is there: it counts as there.
 */
async function ownersAfter(error: unknown, { job, inputs }: Target, world: NotingWorld): Promise<readonly string[]> {
  const isRefused = error instanceof AuroraError && !doubtful.includes(error.kind);
  const assumed = world.wrote() && !isRefused ? [inputs.owner] : [];
  if (error instanceof AuroraError && error.kind === "unreachable") return assumed;
  try {
    const tasks = await world.aurora.tasks(job, { active: true });
    return tasks.length === 0 ? assumed : ownersOf(tasks);
  } catch (failure) {
    if (failure instanceof AuroraError) return assumed;
    throw failure;
  }
}

function ownersOf(tasks: readonly TaskStatus[]): readonly string[] {
  return [...new Set(tasks.flatMap((task) => ownMark(task, metadataNames.owner) ?? []))].sort();
}

/** What is there after an update that failed; whatever keeps us from seeing it, the update's own error is told. */
async function observeAfter(recorded: AuroraJobOutputs, world: World): Promise<AuroraJobOutputs | "unknown"> {
  try {
    return (await observe(recorded, world)) ?? { ...recorded, instances: 0 };
  } catch {
    return "unknown";
  }
}
