import type { AuroraClient } from "../aurora/client";
import { glance } from "../aurora/glance";
import { parseJobKey } from "../aurora/job-key";
import type { Resources } from "../aurora/role";
import { describe, describeSome, excess, isNone, minus, none, plus } from "../quota/amounts";
import { declaredQuota } from "../quota/declared";
import { isThere, type OldInputs } from "./changes";
import { type Claim, claimOf, growthOf, needOf } from "./quota-claim";
import type { AuroraJobInputs } from "./inputs";
import { runningAmong } from "./trouble";

/**
 * Jobs that this run lets take more and that have not begun to, by their keys. One process serves a run, and the engine
 * checks one resource after the other: so a preview sees when several jobs do not fit together.
 */
const granted = new Map<string, { readonly need: Resources; readonly claim: () => Promise<Claim> }>();

/** From now on what the job takes is seen with the scheduler. */
export function begin(jobKey: string): void {
  granted.delete(jobKey);
}

/** A run starts. */
export function forgetGrants(): void {
  granted.clear();
}

/** Pure: whether a change takes more of cpu, ram or disk than is recorded; so does a job that is new. */
export function takesMore(olds: OldInputs | undefined, news: AuroraJobInputs): boolean {
  if (olds === undefined || !isThere(olds) || olds.jobKey !== news.jobKey) return true;
  if (olds.resources === undefined) return true;
  const running = runningAmong(olds.instances ?? 0, olds);
  const before = needOf({ resources: olds.resources, instances: running });
  const instances = news.scaling === "outside" ? running : news.instances;
  return !isNone(excess(needOf({ resources: news.resources, instances }), before));
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
  const use = await glance(aurora, () => aurora.quota(role));
  if (use === undefined) return undefined;
  const allowed = declaredQuota(cluster, role) ?? use.quota;
  const others = [...granted]
    .filter(([key]) => key !== news.jobKey && isOf(key, cluster, role))
    .map(([, each]) => each);
  const grant = { need: needOf(news), claim: memorised(() => claimOf(olds, news, aurora)) };
  const atMost = sum([use.prodShared, grant.need, ...others.map(({ need }) => need)]);
  if (!isNone(excess(atMost, allowed))) {
    // What is there of a job already is in the role's use: a submission that was cut off, or a job that is adopted.
    const claim = await glance(aurora, grant.claim);
    const claims = claim && (await glance(aurora, () => Promise.all(others.map((each) => each.claim()))));
    if (claim === undefined || claims === undefined) return undefined;
    const theirs = sum(claims.map(growthOf));
    const left = minus(minus(allowed, theirs), minus(use.prodShared, claim.own));
    const lacking = excess(claim.need, left);
    if (!isNone(lacking) && !isNone(growthOf(claim))) return refusal(news.jobKey, claim, allowed, left, others.length);
  }
  granted.set(news.jobKey, grant);
  return undefined;
}

function refusal(
  jobKey: string,
  { instances, need }: Claim,
  allowed: Resources,
  left: Resources,
  others: number,
): string {
  const { cluster, role } = parseJobKey(jobKey);
  const before =
    others === 0
      ? ""
      : ` beside what ${others === 1 ? "another topology" : `${others} other topologies`} of this run will take`;
  return (
    `${jobKey} needs ${describe(need)} of the quota of role ${role} (${instances} containers of the tier preferred). ` +
    `That quota is ${describe(allowed)}, of which ${describe(left)} is left for it${before}: ${describeSome(excess(need, left))} too little. ` +
    `Nothing was submitted or changed. Have the quota raised ('quota' in the stack document, or 'aurora_admin set_quota ${cluster} ${role} …'), ` +
    `deploy first what gives some of it back, or give the topology fewer or smaller containers or another tier.`
  );
}

function isOf(jobKey: string, cluster: string, role: string): boolean {
  const job = parseJobKey(jobKey);
  return job.cluster === cluster && job.role === role;
}

function sum(amounts: readonly Resources[]): Resources {
  return amounts.reduce(plus, none);
}

function memorised<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}
