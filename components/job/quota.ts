import type { AuroraClient } from "../aurora/client";
import { parseJobKey } from "../aurora/job-key";
import type { Resources } from "../aurora/role";
import type { TaskStatus } from "../aurora/task-status";
import { describe, describeSome, excess, isNone, minus, none, plus, takesQuota, times } from "../quota/amounts";
import { declaredQuota } from "../quota/declared";
import { glanceAtQuota } from "../quota/glance";
import { isThere, type OldInputs, sameName } from "./changes";
import type { AuroraJobInputs } from "./inputs";
import { wantedInstances } from "./target";

/** Pure: whether a change takes more of cpu, ram or disk than is recorded; so does a job that is new. */
export function takesMore(olds: OldInputs | undefined, news: AuroraJobInputs): boolean {
  if (olds === undefined || !isThere(olds) || olds.jobKey !== news.jobKey) return true;
  if (olds.resources === undefined) return true;
  const before = needOf({ resources: olds.resources, instances: olds.instances ?? 0 });
  const instances = news.scaling === "outside" ? (olds.instances ?? 0) : news.instances;
  return !isNone(excess(needOf({ resources: news.resources, instances }), before));
}

/** What all instances of a job take. */
export function needOf({ resources, instances }: Pick<AuroraJobInputs, "resources" | "instances">): Resources {
  return times({ numCpus: resources.cpu, ramMb: resources.ramMb, diskMb: resources.diskMb }, instances);
}

/**
 * Why a job that counts against its role's quota may not be submitted or grow, as the scheduler would judge: what the
 * role's jobs take, this one with the larger of what it takes and what it shall take. Undefined when it may, or when the
 * scheduler cannot be asked.
 */
export async function quotaRefusal(
  olds: OldInputs | undefined,
  news: AuroraJobInputs,
  aurora: AuroraClient,
): Promise<string | undefined> {
  const { cluster, role } = parseJobKey(news.jobKey);
  const use = await glanceAtQuota(aurora, role);
  if (use === undefined) return undefined;
  const allowed = declaredQuota(cluster, role) ?? use.quota;
  if (isNone(excess(plus(use.prodShared, needOf(news)), allowed))) return undefined;
  // What is there of the job already is in the role's use: a submission that was cut off, or a job that is adopted.
  const [tasks, replaced] = await Promise.all([active(aurora, news.jobKey), replacedTasks(olds, news, aurora)]);
  const instances = wantedInstances(news, tasks).length;
  const need = needOf({ ...news, instances });
  const own = taken([...tasks, ...replaced]);
  const left = minus(allowed, minus(use.prodShared, own));
  const lacking = excess(need, left);
  if (isNone(lacking) || isNone(excess(need, own))) return undefined;
  return (
    `${news.jobKey} needs ${describe(need)} of the quota of role ${role} (${instances} containers of the tier preferred). ` +
    `That quota is ${describe(allowed)}, of which ${describe(left)} is left for it: ${describeSome(lacking)} too little. Nothing was submitted or changed. ` +
    `Have the quota raised ('quota' in the stack document, or 'aurora_admin set_quota ${cluster} ${role} …'), ` +
    `deploy first what gives some of it back, or give the topology fewer or smaller containers or another tier.`
  );
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

/** What tasks take of the quota. */
function taken(tasks: readonly TaskStatus[]): Resources {
  return tasks
    .filter(({ config }) => config !== undefined && takesQuota(config))
    .reduce((sum, { resources = none }) => plus(sum, resources), none);
}
