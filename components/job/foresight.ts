import { AuroraError } from "../aurora/errors";
import { parseJobKey } from "../aurora/job-key";
import type { TaskStatus } from "../aurora/task-status";
import { metadataNames } from "../aurora/thermos/metadata";
import { takesQuota } from "../quota/amounts";
import { type KnownChanges, noKnownChanges, type OldInputs } from "./changes";
import type { AuroraJobInputs } from "./inputs";
import { addsContainers, forgetPlacements, placementRefusal } from "./offers";
import { knownPayload } from "./payload";
import { forgetGrants, quotaRefusal, takesMore } from "./quota";
import { ownMark } from "./target";
import { taskChanges } from "./task-changes";
import { schedulerSoon } from "./worlds";

export { inRecordedOrder } from "./constraint-order";

/** Set where a plan is made or carried out, which must say the same on a machine that knows less. */
const reviewedVariable = "HERON_AURORA_REVIEWED";

/** A run starts: nothing has been let through yet. */
export function forgetRun(): void {
  forgetGrants();
  forgetPlacements();
}

/** What differs in the tasks and in the places of Heron instances, where this checkout still knows what they were. */
export async function knownChanges(olds: OldInputs | undefined, news: AuroraJobInputs): Promise<KnownChanges> {
  const isSame = olds?.taskHash === news.taskHash && olds.treeHash === news.treeHash;
  if (olds?.payload === undefined || isSame || process.env[reviewedVariable] !== undefined) return noKnownChanges;
  const [before, after] = await Promise.all([knownPayload(olds), knownPayload(news)]);
  if (before === undefined || after === undefined) return noKnownChanges;
  const { movedInstances } = await import("./moves.js");
  return {
    taskParts: taskChanges(before.jobConfiguration.taskConfig, after.jobConfiguration.taskConfig),
    moved: news.scaling === "outside" ? 0 : movedInstances(before, after),
  };
}

/**
 * How many containers run of a job whose size the documents do not tell: one that is to be adopted, or is scaled outside.
 * Asked only where the documents bound what a change may touch; undefined where the scheduler cannot say.
 */
export async function runningContainers(
  olds: OldInputs | undefined,
  news: AuroraJobInputs,
): Promise<number | undefined> {
  const isUntold = olds === undefined ? news.adopt === true : news.scaling === "outside" || olds.scaling === "outside";
  if (news.update?.maxContainers === undefined || !isUntold || news.scheduler.local !== undefined) return undefined;
  try {
    const tasks = await schedulerSoon(news).tasks(parseJobKey(news.jobKey), { active: true });
    const stays = ({ instanceId }: TaskStatus): boolean => news.scaling === "outside" || instanceId < news.instances;
    const isAsWanted = (task: TaskStatus): boolean =>
      ownMark(task, metadataNames.task) === news.taskHash && stays(task);
    return tasks.filter((task) => olds !== undefined || !isAsWanted(task)).length;
  } catch (error) {
    if (error instanceof AuroraError) return undefined;
    throw error;
  }
}

/** Why the role's quota or the hosts have no room for it. */
export async function beyondBounds(olds: OldInputs | undefined, news: AuroraJobInputs): Promise<string | undefined> {
  return (await beyondQuota(olds, news)) ?? beyondOffers(olds, news);
}

/** Why the hosts have no room for it, where the document wants to know. */
async function beyondOffers(olds: OldInputs | undefined, news: AuroraJobInputs): Promise<string | undefined> {
  if (news.requireOffers !== true || !addsContainers(olds, news)) return undefined;
  return placementRefusal(news, schedulerSoon(news));
}

/** Why the role's quota does not allow it; the scheduler is asked only for a job that is to take more of it. */
async function beyondQuota(olds: OldInputs | undefined, news: AuroraJobInputs): Promise<string | undefined> {
  const more = takesMore(olds, news);
  if (!more && olds?.taskHash === news.taskHash) return undefined;
  if (!(await isCounted(news)) || (!more && olds !== undefined && (await isCounted(olds)))) return undefined;
  return quotaRefusal(olds, news, schedulerSoon(news));
}

/** Whether the job takes from the quota, as far as this checkout knows. */
async function isCounted(inputs: OldInputs): Promise<boolean> {
  if (inputs.scheduler?.local !== undefined) return false;
  const payload = await knownPayload(inputs);
  return payload !== undefined && takesQuota(payload.jobConfiguration.taskConfig);
}
