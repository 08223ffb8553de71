import { AuroraError } from "../aurora/errors";
import type { TaskStatus } from "../aurora/task-status";
import { metadataNames } from "../aurora/thermos/metadata";
import { adoption } from "./adopt";
import { changedInputs, type OldInputs } from "./changes";
import { messageOf } from "./errors";
import type { AuroraJobOutputs } from "./inputs";
import { observe } from "./observe";
import { type AuroraJobProperties, inputsOf, propertiesOf } from "./registration";
import { ownMark, type Target, type World } from "./target";
import type { NotingWorld } from "./worlds";

/** The engine records `properties`, marks the resource as failed, and comes back to it with the next `up`. */
export function unfinished(error: unknown, id: string, properties: AuroraJobProperties): Error {
  const message = messageOf(error);
  return Object.assign(new Error(message), { id, properties: { ...properties }, reasons: [message] });
}

/** Whether an update that failed left anything of the job other than it was. */
export function isChanged(was: OldInputs, found: AuroraJobOutputs): boolean {
  return changedInputs(was, found).some((key) => key !== "trouble");
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

/**
 * Whose marks are on the job's tasks, however they fare, after a submission ended with `error`. Where the scheduler has
 * not refused the job and does not show it, it may yet come, and a half-written state tree is there: it counts as there.
 */
export async function ownersAfter(
  error: unknown,
  { job, inputs }: Target,
  world: NotingWorld,
): Promise<readonly string[]> {
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
export async function observeAfter(recorded: AuroraJobOutputs, world: World): Promise<AuroraJobOutputs | "unknown"> {
  try {
    return (await observe(recorded, world)) ?? { ...recorded, instances: 0 };
  } catch {
    return "unknown";
  }
}
