import { canonicalJson } from "../canonical-json";
import { updateOf } from "./defaults";
import { describeCliChange } from "./heron-cli/describe";
import { cliSteps } from "./heron-cli/steps";
import type { AuroraJobInputs, AuroraJobOutputs } from "./inputs";
import { describeRuntimeConfig } from "./runtime-config-change";
import { leftOvers, remedies } from "./trouble";

/** What the engine should not see a difference in: how a preview is worded, and where we keep things. */
const unseen: readonly string[] = [
  "change",
  "resourceUrn",
  "payload",
  "stateful",
  "adoptedAs",
  "formerOwners",
  "taking",
];

/** Inputs that say how to work, not what should run: a change of one of them is recorded without touching the job. */
const recordedOnly: readonly string[] = [
  ...unseen,
  ...["adopt", "update", "timeouts", "submitter", "requireOffers"],
  // What a run that did not end has left: the next one sees to it, and no document says it.
  ...["otherTrees", "restarted"],
];

/** What is kept of the job, which an earlier version of this library may have written. */
export type OldInputs = Partial<AuroraJobOutputs>;

/** The names of the inputs that differ, sorted; those that only steer how we work are left out. */
export function changedInputs(olds: OldInputs, news: AuroraJobInputs): string[] {
  const handedOver = [
    ...(news.scaling === "outside" ? ["scaling"] : []),
    // Known of one submitter alone: whoever takes over compares what both know.
    ...(olds.submission === undefined || news.submission === undefined ? ["submission"] : []),
  ];
  return differing(olds, news).filter((key) => ![...recordedOnly, ...handedOver].includes(key));
}

/** Whether the engine should record new inputs at all: {@link changedInputs}, or a changed way of working. */
export function differsAtAll(olds: OldInputs, news: AuroraJobInputs): boolean {
  return differing(olds, news).some((key) => !unseen.includes(key));
}

function differing(olds: OldInputs, news: AuroraJobInputs): string[] {
  const before = olds as Readonly<Record<string, unknown>>;
  const after = news as unknown as Readonly<Record<string, unknown>>;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => !isOutside(key, olds, news) && !isEqual(before[key], after[key])).sort();
}

function isEqual(before: unknown, after: unknown): boolean {
  return before === after || canonicalJson(before) === canonicalJson(after);
}

/** Whether somebody else says what the input says, once the job runs; a state tree that is gone is still ours to mend. */
function isOutside(key: string, olds: OldInputs, { scaling }: AuroraJobInputs): boolean {
  if (scaling !== "outside" || !isThere(olds)) return false;
  return (
    ["instances", "parallelism", "containerNumber"].includes(key) || (key === "treeHash" && olds.treeHash !== "absent")
  );
}

/** False for a job that is new, or of which a refresh has found no more than its state tree. */
export function isThere(olds: OldInputs): boolean {
  return olds.jobKey !== undefined && olds.instances !== 0;
}

/** What a checkout knows of a change that has the job as it was deployed. */
export interface KnownChanges {
  /** What differs in the task configuration. */
  readonly taskParts: readonly string[];
  /** Heron instances that stay, in another container. */
  readonly moved: number;
}

export const noKnownChanges: KnownChanges = { taskParts: [], moved: 0 };

/**
 * What an update will do, in words for the preview; `undefined` when nothing changes. The verb comes first, so that a
 * reviewer sees danger at once.
 */
export function describeChange(
  olds: OldInputs | undefined,
  news: AuroraJobInputs,
  known: KnownChanges = noKnownChanges,
): string | undefined {
  const words = describeWork(olds, news, known);
  const count = containers(news.instances);
  return isBeyondDefault(olds, news) ? words?.replace(count, `${count} ${beyondDefault}`) : words;
}

/** Aurora's default for the tasks of a job. What a scheduler really allows, it tells nobody before it is asked for more. */
const mostTasksByDefault = 4000;
const beyondDefault = `[more than ${mostTasksByDefault}: refused unless the scheduler runs with a larger -max_tasks_per_job]`;

/** A job that has so many already is at a scheduler that allows them. */
function isBeyondDefault(olds: OldInputs | undefined, news: AuroraJobInputs): boolean {
  if (isLocal(news) || news.instances <= mostTasksByDefault) return false;
  if (olds === undefined || !isThere(olds)) return true;
  return isAtAnotherScheduler(olds, news) || (news.scaling !== "outside" && news.instances > (olds.instances ?? 0));
}

function describeWork(
  olds: OldInputs | undefined,
  news: AuroraJobInputs,
  { taskParts, moved }: KnownChanges,
): string | undefined {
  if (olds === undefined || !isThere(olds)) return describeCreation(news);
  const changed = changedInputs(olds, news);
  if (changed.includes("jobKey")) return `replace: kill ${olds.jobKey}, submit ${containers(news.instances)}`;
  if (news.submitter === "heron-cli") return describeCliChange(olds, news);
  const parts: string[] = [];
  const before = changed.includes("instances") ? (olds.instances ?? news.instances) : news.instances;
  if (changed.includes("taskHash"))
    parts.push(`${restart(news, before, restartReasons(changed, taskParts))}${lost(news)}`);
  if (news.instances > before) parts.push(`scale out ${before} → ${containers(news.instances)}${lost(news)}`);
  if (news.instances < before) parts.push(`scale in ${before} → ${containers(news.instances)}${lost(news)}`);
  const listed = restartedContainers(olds, news);
  if (listed.length > 0) parts.push(`restart of container ${listed.join(", ")}${lost(news)}`);
  if (olds.state !== undefined && changed.includes("state"))
    parts.push(news.state === "running" ? "activate" : "deactivate");
  const config = describeRuntimeConfig(olds, news);
  if (config !== undefined) parts.push(config);
  if (changed.includes("scaling")) parts.push(`scale to ${containers(news.instances)}, as the document says again`);
  if (changed.includes("trouble")) {
    const { back, awaited } = remedies(olds, news);
    if (back.length > 0) parts.push(`bring back container ${back.join(", ")}`);
    if (awaited.length > 0) parts.push(`wait for container ${awaited.join(", ")}`);
  }
  if (parts.length === 0 && changed.includes("treeHash")) parts.push("new packing plan in place");
  if (moved > 0) parts.push(moved === 1 ? "1 Heron instance moves" : `${moved} Heron instances move`);
  if (olds.takenBy !== undefined) parts.push(`nothing at all: the job belongs to the stack '${olds.takenBy}' by now`);
  if (changed.includes("owner")) parts.push(`owner recorded: ${news.owner}`);
  if (parts.length === 0 && changed.length > 0) parts.push(`in place: ${changed.join(", ")}`);
  // Which of the two a preview cannot tell: it asks neither scheduler.
  if (isAtAnotherScheduler(olds, news) && olds.takenBy === undefined)
    parts.push(`submit ${containers(news.instances)} if neither scheduler has the job`);
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** Whether the preview of an update has told that the job is submitted where the scheduler does not have it. */
export function tellsSubmission(olds: OldInputs, news: AuroraJobInputs): boolean {
  const isAnew = news.submitter === "heron-cli" && cliSteps(olds, news).resubmit.length > 0;
  return !isThere(olds) || isAtAnotherScheduler(olds, news) || isAnew;
}

function isAtAnotherScheduler({ scheduler }: OldInputs, news: AuroraJobInputs): boolean {
  const place = ({ url, zookeeper }: AuroraJobInputs["scheduler"]) => canonicalJson({ url, zookeeper });
  return scheduler !== undefined && place(scheduler) !== place(news.scheduler);
}

function describeCreation(news: AuroraJobInputs): string {
  if (!news.adopt) return `submit ${containers(news.instances)}`;
  const roll = `${batch(news)} at a time${lost(news)}`;
  const scale = news.scaling === "outside" ? "" : `, and scaling it to ${containers(news.instances)}`;
  return `adopt the job if it is there, restarting what runs another configuration, ${roll}${scale}; else submit ${containers(news.instances)}`;
}

/** Containers that the documents ask to restart one by one, and no run has yet; none when all of them restart anyway. */
export function restartedContainers(olds: OldInputs, news: AuroraJobInputs): readonly number[] {
  return olds.taskHash === news.taskHash ? listedContainers(olds, news) : [];
}

/** The same, whatever else restarts them. */
export function listedContainers(olds: OldInputs, news: AuroraJobInputs): readonly number[] {
  const asked = news.restartContainers;
  if (asked === undefined) return [];
  if (olds.restartContainers?.trigger === asked.trigger) return [];
  const done = olds.restarted?.trigger === asked.trigger ? olds.restarted.containers : [];
  return [...new Set(asked.containers)].filter((container) => !done.includes(container));
}

/**
 * How many running containers a change restarts, adds or removes at most.
 * @param running how many run, of a job whose size the documents do not tell
 */
export function touchedContainers(olds: OldInputs, news: AuroraJobInputs, running?: number): number {
  if (!isThere(olds)) return running ?? 0;
  const isOfOthers = news.scaling === "outside" || olds.scaling === "outside";
  const recorded = news.scaling === "outside" ? news.instances : (olds.instances ?? news.instances);
  const before = isOfOthers ? (running ?? recorded) : recorded;
  const isAnew = news.submitter === "heron-cli" && cliSteps(olds, news).resubmit.length > 0;
  const all = olds.jobKey !== news.jobKey || olds.taskHash !== news.taskHash || isAnew;
  if (all) return Math.max(before, news.scaling === "outside" ? before : news.instances);
  const left = leftOvers(olds).length;
  const each = restartedContainers(olds, news).length + remedies(olds, news).back.length + left;
  return news.scaling === "outside" ? each : each + Math.abs(news.instances - (before - left));
}

/**
 * Why a change is refused: it touches more containers than the documents allow, or would leave the topology running where
 * nobody looks any more. Undefined when it may be made.
 * @param running as for {@link touchedContainers}
 */
export function refusedChange(olds: OldInputs, news: AuroraJobInputs, running?: number): string | undefined {
  if (isThere(olds) && olds.jobKey === news.jobKey && isLocal(olds) !== isLocal(news)) {
    return (
      `${news.jobKey} runs on ${isLocal(olds) ? "Heron's local scheduler" : "Aurora"}, and the document's 'scheduler' says ` +
      `another. Nothing was touched. Destroy it there first, or give the other place a 'cluster' name of its own.`
    );
  }
  if (isThere(olds) && isLocal(news) && movedTree(olds, news)) {
    return (
      `${news.jobKey} runs on Heron's local scheduler, which is found by the state tree alone, and the document's 'state' names ` +
      `another. Nothing was touched. Destroy it first, or leave the state tree where it is.`
    );
  }
  const limit = news.update?.maxContainers;
  const touched = touchedContainers(olds, news, running);
  if (limit === undefined || touched <= limit) return undefined;
  const what = describeChange(olds, news) ?? "nothing";
  return (
    `The change (${what}) touches ${containers(touched)} of ${news.jobKey}, and update.maxContainers allows ${limit}. ` +
    `Nothing was touched. Make it in smaller steps, or raise update.maxContainers for this change.`
  );
}

function isLocal({ scheduler }: Pick<OldInputs, "scheduler">): boolean {
  return scheduler?.local !== undefined;
}

/** Whether the state tree is in another place than it was. By content: versions of this library kept other orders of keys. */
export function movedTree(
  olds: OldInputs,
  news: AuroraJobInputs,
): olds is OldInputs & Pick<AuroraJobInputs, "stateTree"> {
  return olds.stateTree !== undefined && canonicalJson(olds.stateTree) !== canonicalJson(news.stateTree);
}

/** Whether two jobs share the state tree's nodes, which are keyed by the topology's name alone. */
export function sameName(a: string | undefined, b: string): boolean {
  return a?.slice(a.lastIndexOf("/")) === b.slice(b.lastIndexOf("/"));
}

/** @param before containers that there are; those to be added or removed are no part of it */
function restart(news: AuroraJobInputs, before: number, why: readonly string[]): string {
  const those = news.scaling === "outside" ? "all containers" : containers(Math.min(before, news.instances));
  return `rolling restart of ${those}, ${batch(news)} at a time (${why.join(", ")})`;
}

function batch(news: AuroraJobInputs): number {
  return Math.min(updateOf(news).batchSize, news.instances);
}

/** What a restart of any of its containers means for an effectively-once topology. */
export function lost({ stateful }: AuroraJobInputs): string {
  return stateful ? " [effectively-once: all containers go back to the last checkpoint]" : "";
}

const reasons: Readonly<Record<string, string>> = {
  corePackage: "core package",
  topologyPackage: "topology package",
  resources: "container resources",
  restart: "restart asked",
  topologyId: "topology id",
  scheduler: "scheduler",
  stateTree: "state tree",
};

/** Commands whose change follows from that of an input. */
const implied: Readonly<Record<string, readonly string[]>> = {
  "command fetch_heron_system": ["corePackage"],
  "command fetch_user_package": ["topologyPackage"],
  "command launch_heron_executor": ["resources", "topologyId", "stateTree"],
};

function restartReasons(changed: readonly string[], taskParts: readonly string[]): string[] {
  const known = changed.flatMap((key) => reasons[key] ?? []);
  const others = taskParts.filter((part) => !(implied[part] ?? []).some((key) => changed.includes(key)));
  const all = [...new Set([...known, ...others])];
  return all.length > 0 ? all : ["task configuration"];
}

function containers(count: number): string {
  return count === 1 ? "1 container" : `${count} containers`;
}
