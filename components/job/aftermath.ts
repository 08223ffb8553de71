import { AuroraError } from "../aurora/errors";
import type { TaskStatus } from "../aurora/task-status";
import { metadataNames } from "../aurora/thermos/metadata";
import { canonicalJson } from "../canonical-json";
import type { StateTreeArgs } from "../cluster-args";
import { adoption } from "./adopt";
import { changedInputs, movedTree, type OldInputs } from "./changes";
import { messageOf } from "./errors";
import type { AuroraJobInputs, AuroraJobOutputs } from "./inputs";
import { observe } from "./observe";
import { type AuroraJobProperties, inputsOf, propertiesOf } from "./registration";
import { ownMark, type Target, type World } from "./target";
import { leftOvers, remedies } from "./trouble";
import { activeUpdate } from "./update";
import type { NotingWorld } from "./worlds";

/** The engine records `properties`, marks the resource as failed, and comes back to it with the next `up`. */
export function unfinished(error: unknown, id: string, properties: AuroraJobProperties): Error {
  const message = messageOf(error);
  return Object.assign(new Error(message), { id, properties: { ...properties }, reasons: [message] });
}

/** Whether an update that failed left anything of the job other than it was, or anything to remember. */
export function isChanged(was: OldInputs, found: AuroraJobOutputs): boolean {
  const isOther = (key: "otherTrees" | "restarted") =>
    canonicalJson(was[key] ?? []) !== canonicalJson(found[key] ?? []);
  // Who is in trouble shows in the failure itself; who is misplaced is to be seen to whatever the documents say then.
  const misplaced = (inputs: OldInputs) => [remedies(inputs, found).back, leftOvers(inputs)].join(" ");
  const isChangedInput = changedInputs(was, found).some((key) => key !== "trouble");
  return isChangedInput || misplaced(was) !== misplaced(found) || isOther("otherTrees") || isOther("restarted");
}

/** What is known of a job whose update failed, before it is looked at: as it was, but whose it is and where it may be by now. */
export function knownAfter(
  was: OldInputs,
  { inputs, formerOwners = [], restarted = [] }: Target,
  world: NotingWorld,
): AuroraJobOutputs {
  const known = was as AuroraJobOutputs;
  const otherTrees = distinct([...(was.otherTrees ?? []), ...(movedTree(was, inputs) ? [inputs.stateTree] : [])]);
  const { trigger } = inputs.restartContainers ?? {};
  const before = was.restarted !== undefined && was.restarted.trigger === trigger ? was.restarted.containers : [];
  return {
    ...known,
    owner: inputs.owner,
    ...(formerOwners.length > 0 && { formerOwners }),
    ...(restarted.length > 0 &&
      trigger !== undefined && { restarted: { trigger, containers: [...before, ...restarted] } }),
    ...(world.wrote() && { scheduler: inputs.scheduler }),
    ...(world.wrote() && otherTrees.length > 0 && { otherTrees }),
  };
}

function distinct(trees: readonly StateTreeArgs[]): readonly StateTreeArgs[] {
  return [...new Map(trees.map((tree) => [canonicalJson(tree), tree])).values()];
}

/** State trees that the topology is not in any more, once an update has ended: what it had before, and what moves were cut off on. */
export function treesLeft(was: OldInputs, { stateTree }: AuroraJobInputs): readonly StateTreeArgs[] {
  const before = [...(was.stateTree === undefined ? [] : [was.stateTree]), ...(was.otherTrees ?? [])];
  return distinct(before).filter((tree) => canonicalJson(tree) !== canonicalJson(stateTree));
}

/** The outputs, with what tells the tasks of a job that was adopted as it was. */
export async function withAdoption(
  news: AuroraJobProperties,
  target: Target,
  world: World,
): Promise<AuroraJobProperties> {
  const adoptedAs = await adoption(target, world);
  return adoptedAs === undefined ? news : propertiesOf({ ...inputsOf(news), adoptedAs }, news);
}

/** A stack that had another name is known by it, until the tasks that carry it are replaced by themselves. */
export async function withFormerOwners(
  outs: AuroraJobProperties,
  former: readonly string[],
  { job }: Target,
  { aurora }: World,
): Promise<AuroraJobProperties> {
  const seen = ownersOf(await aurora.tasks(job, { active: true }));
  const formerOwners = former.filter((owner) => seen.includes(owner));
  return formerOwners.length === 0 ? outs : propertiesOf({ ...inputsOf(outs), formerOwners }, outs);
}

/** Errors after which nobody knows what a scheduler that was asked to change something has done. */
const doubtful: readonly AuroraError["kind"][] = ["unsure", "unreachable", "unavailable"];

/** What there is of a job whose submission failed. */
export interface Submitted {
  /** Whose marks are on its tasks, or will be. */
  readonly owners: readonly string[];
  /** False where the scheduler does not show the job, or does not answer. */
  readonly isSeen: boolean;
}

/**
 * Whose marks are on the job's tasks, however they fare, after a submission ended with `error`. Where the scheduler has
 * not refused the job and does not show it, it may yet come, and a half-written state tree is there: it counts as ours.
 */
export async function ownersAfter(error: unknown, { job, inputs }: Target, world: NotingWorld): Promise<Submitted> {
  const isRefused = error instanceof AuroraError && !doubtful.includes(error.kind);
  const assumed = { owners: world.wrote() && !isRefused ? [inputs.owner] : [], isSeen: false };
  if (error instanceof AuroraError && error.kind === "unreachable") return assumed;
  try {
    const tasks = await world.aurora.tasks(job, { active: true });
    if (tasks.length === 0) return assumed;
    // The mark of an adoption whose update is held before its first container is on the update alone.
    const update = await activeUpdate(world.aurora, job);
    const coming = update && (await world.aurora.updateDetails({ job, id: update.id })).metadataAfter;
    return { owners: ownersOf([...tasks, ...(coming === undefined ? [] : [{ metadata: coming }])]), isSeen: true };
  } catch (failure) {
    if (failure instanceof AuroraError) return assumed;
    throw failure;
  }
}

function ownersOf(tasks: readonly Pick<TaskStatus, "metadata">[]): readonly string[] {
  return [...new Set(tasks.flatMap((task) => ownMark(task, metadataNames.owner) ?? []))].sort();
}

/** What is there after an update that failed; whatever keeps us from seeing it, the update's own error is told. */
export async function observeAfter(recorded: AuroraJobOutputs, world: World): Promise<AuroraJobOutputs | "unknown"> {
  try {
    return (await observe(recorded, world)) ?? { ...recorded, instances: 0 };
  } catch {
    return "unknown";
  }
}
