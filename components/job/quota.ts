import type { AuroraClient } from "../aurora/client";
import { parseJobKey } from "../aurora/job-key";
import type { Resources } from "../aurora/role";
import { describe, describeSome, excess, isNone, minus, none, plus, takesQuota, times } from "../quota/amounts";
import { declaredQuota } from "../quota/declared";
import { glanceAtQuota } from "../quota/glance";
import { isThere, type OldInputs, sameName } from "./changes";
import type { AuroraJobInputs } from "./inputs";

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
  const need = needOf(news);
  if (isNone(excess(plus(use.prodShared, need), allowed))) return undefined;
  // What is there of the job already is in the role's use: a submission that was cut off, or a job that is adopted.
  const own = await taken(aurora, [news.jobKey, ...replacedFirst(olds, news)]);
  const left = minus(allowed, minus(use.prodShared, own));
  const lacking = excess(need, left);
  if (isNone(lacking) || isNone(excess(need, own))) return undefined;
  return (
    `${news.jobKey} needs ${describe(need)} of the quota of role ${role} (tier preferred, ${news.instances} containers); ` +
    `of the quota of ${describe(allowed)}, ${describe(left)} is left for it: ${describeSome(lacking)} too little. ` +
    `Nothing was submitted or changed. Have the quota raised ('quota' in the stack document, or 'aurora_admin set_quota ${cluster} ${role} …'), ` +
    `deploy first what gives some of it back, or give the topology fewer or smaller containers or another tier.`
  );
}

/** What tasks of the jobs take of the quota. */
async function taken(aurora: AuroraClient, jobKeys: readonly string[]): Promise<Resources> {
  const jobs = jobKeys.map((jobKey) => aurora.tasks(parseJobKey(jobKey), { active: true, withConfig: true }));
  return (await Promise.all(jobs))
    .flat()
    .filter(({ config }) => config !== undefined && takesQuota(config))
    .reduce((sum, { resources = none }) => plus(sum, resources), none);
}

/** The job of the same role that is killed before this one is submitted. */
function replacedFirst({ jobKey }: OldInputs = {}, news: AuroraJobInputs): string[] {
  if (jobKey === undefined || jobKey === news.jobKey || !sameName(jobKey, news.jobKey)) return [];
  const [before, after] = [parseJobKey(jobKey), parseJobKey(news.jobKey)];
  return before.cluster === after.cluster && before.role === after.role ? [jobKey] : [];
}
