import type { AuroraClient } from "../aurora/client";
import { AuroraError } from "../aurora/errors";
import type { Resources } from "../aurora/role";
import { canonicalJson } from "../canonical-json";
import { configuredCredentials, type ConfigureRequest } from "../config/credentials";
import { UserError } from "../errors";
import { type Connections, connections } from "../job/connections";
import { isKnown } from "../dynamic-provider";
import { isSame } from "./amounts";
import { declaredQuota, declareQuota } from "./declared";
import { glance } from "../aurora/glance";
import type { QuotaInputs, QuotaProperties } from "./inputs";
import { explained, tooLow } from "./refusals";

let connect: Connections = connections(new Map());

/** What the dynamic provider does for an `AuroraQuota`. Idempotent: killed at any point, run again, it converges. */
export const auroraQuota = {
  /** Credentials come from the stack's configuration, so they are in no resource's state and rotate without a diff. */
  configure(request: ConfigureRequest): void {
    connect = connections(configuredCredentials(request));
  },

  /** Refuses a quota below what runs, in the preview already; the scheduler is asked only when the quota is to change. */
  async check(olds: Partial<QuotaProperties>, news: QuotaProperties) {
    if (!isKnown(news.quota)) return { inputs: news, failures: [] };
    const { quota } = news;
    declareQuota(quota.cluster, quota.role, quota.allowed);
    if (olds.quota && idOf(olds.quota) === idOf(quota) && isSame(olds.quota.allowed, quota.allowed))
      return { inputs: news, failures: [] };
    const aurora = connect.aurora(quota.cluster, quota.scheduler, "soon");
    const use = await glance(aurora, () => aurora.quota(quota.role));
    const reason = use && tooLow(quota, use);
    return { inputs: news, failures: reason === undefined ? [] : [{ property: "", reason }] };
  },

  /** A scheduler at another address is taken for the same one. */
  diff(_id: string, { quota: old }: QuotaProperties, { quota }: QuotaProperties) {
    if (!isKnown(quota)) return { changes: true, replaces: [] };
    const another = idOf(old) !== idOf(quota);
    return { changes: canonicalJson(old) !== canonicalJson(quota), replaces: another ? ["quota"] : [] };
  },

  async create(news: QuotaProperties) {
    const before = await set(news.quota);
    return { id: idOf(news.quota), outs: { ...news, before, set: news.quota.allowed } };
  },

  /** A role without a quota and one that is allowed nothing are the same to the scheduler, so a quota is never gone. */
  async read(id: string, outs: QuotaProperties) {
    const { before, set: ours, ...known } = outs;
    const { quota: allowed } = await auroraOf(known.quota).quota(known.quota.role);
    const inputs = { ...known, quota: { ...known.quota, allowed } };
    return { id, props: { ...inputs, ...(before && { before }), ...(ours && { set: ours }) }, inputs };
  },

  async update(_id: string, { before }: QuotaProperties, news: QuotaProperties) {
    await set(news.quota);
    return { outs: { ...news, ...(before && { before }), set: news.quota.allowed } };
  },

  /** Leaves the quota, which other jobs of the role may live on, unless the document asked to put the old one back. */
  async delete(_id: string, { quota, before, set: ours = quota.allowed }: QuotaProperties): Promise<void> {
    if (quota.restoreOnDestroy !== true || before === undefined) return;
    // Another resource of this run sets it, as after a rename without an alias, or the same one made anew.
    if (declaredQuota(quota.cluster, quota.role) !== undefined) return;
    await restore({ ...quota, allowed: ours }, before);
  },
};

/** Sets the quota where it is another; returns what it was. */
async function set(quota: QuotaInputs, what: "document" | "end" = "document"): Promise<Resources> {
  const aurora = auroraOf(quota);
  const use = await aurora.quota(quota.role);
  if (isSame(use.quota, quota.allowed)) return use.quota;
  const reason = tooLow(quota, use, what);
  if (reason !== undefined) throw new UserError(reason);
  try {
    await aurora.setQuota(quota.role, quota.allowed);
  } catch (error) {
    if (!(await landed(error, quota, aurora))) throw explained(error, quota);
  }
  return use.quota;
}

/** A call whose answer was lost is looked for. */
async function landed(error: unknown, { role, allowed }: QuotaInputs, aurora: AuroraClient): Promise<boolean> {
  if (!(error instanceof AuroraError && error.kind === "unsure")) return false;
  return isSame((await aurora.quota(role)).quota, allowed);
}

/** A quota that somebody else has changed since is theirs, and stays. */
async function restore(quota: QuotaInputs, before: Resources): Promise<void> {
  const { quota: allowed } = await auroraOf(quota).quota(quota.role);
  if (isSame(allowed, quota.allowed)) await set({ ...quota, allowed: before }, "end");
}

function auroraOf({ cluster, scheduler }: QuotaInputs): AuroraClient {
  return connect.aurora(cluster, scheduler);
}

function idOf({ cluster, role }: QuotaInputs): string {
  return `${cluster}/${role}`;
}
