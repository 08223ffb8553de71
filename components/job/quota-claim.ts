import type { AuroraClient } from "../aurora/client";
import { parseJobKey } from "../aurora/job-key";
import type { Resources } from "../aurora/role";
import type { TaskStatus } from "../aurora/task-status";
import { excess, none, plus, takesQuota, times } from "../quota/amounts";
import { type OldInputs, sameName } from "./changes";
import type { AuroraJobInputs } from "./inputs";
import { wantedInstances } from "./target";

/** What a job shall take of its role's quota, and what it takes so far. */
export interface Claim {
  readonly instances: number;
  readonly need: Resources;
  readonly own: Resources;
}

/** What all instances of a job take. */
export function needOf({ resources, instances }: Pick<AuroraJobInputs, "resources" | "instances">): Resources {
  return times({ numCpus: resources.cpu, ramMb: resources.ramMb, diskMb: resources.diskMb }, instances);
}

/** What the job takes more than so far. */
export function growthOf({ need, own }: Claim): Resources {
  return excess(need, own);
}

/** The claim as the scheduler sees it: what is there of the job may be more than is recorded, or be recorded nowhere. */
export async function claimOf(
  olds: OldInputs | undefined,
  news: AuroraJobInputs,
  aurora: AuroraClient,
): Promise<Claim> {
  const [tasks, replaced] = await Promise.all([active(aurora, news.jobKey), replacedTasks(olds, news, aurora)]);
  const instances = wantedInstances(news, tasks).length;
  return { instances, need: needOf({ ...news, instances }), own: taken([...tasks, ...replaced]) };
}

/** The tasks of the job of the same role that is killed before this one is submitted. */
async function replacedTasks(
  { jobKey }: OldInputs = {},
  news: AuroraJobInputs,
  aurora: AuroraClient,
): Promise<readonly TaskStatus[]> {
  if (jobKey === undefined || jobKey === news.jobKey || !sameName(jobKey, news.jobKey)) return [];
  const [before, after] = [parseJobKey(jobKey), parseJobKey(news.jobKey)];
  return before.cluster === after.cluster && before.role === after.role ? active(aurora, jobKey) : [];
}

function active(aurora: AuroraClient, jobKey: string): Promise<readonly TaskStatus[]> {
  return aurora.tasks(parseJobKey(jobKey), { active: true, withConfig: true });
}

function taken(tasks: readonly TaskStatus[]): Resources {
  return tasks
    .filter(({ config }) => config !== undefined && takesQuota(config))
    .reduce((sum, { resources = none }) => plus(sum, resources), none);
}
