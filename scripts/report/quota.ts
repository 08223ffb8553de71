import { parseJobKey } from "../../components/aurora/job-key";
import type { Resources as AuroraResources, RoleQuota } from "../../components/aurora/role";
import type { Resources } from "../../components/heron/packing";
import { mebibyte } from "../../components/heron/packing/units";
import { isSame } from "../../components/quota/amounts";
import { less, nothing, plus } from "./containers";
import type { BeforeAfter, QuotaUse, Side } from "./model";
import type { Job } from "./jobs";
import type { Role } from "./roles";
import type { JobSide } from "./side";
import { visible } from "./visible";

/** A role, and what the scheduler says of its quota. */
export interface RoleUse extends Pick<Role, "cluster" | "role" | "allowed"> {
  readonly quota: RoleQuota;
}

/** What schedulers have told of the roles' quotas. */
export interface QuotaAnswers {
  readonly roles: readonly RoleUse[];
  /** Roles whose scheduler could not be asked. */
  readonly unasked: readonly string[];
}

/** How much of the role's quota its jobs use. */
export function quotaNow({ role, quota }: RoleUse): QuotaUse {
  return { role: visible(role), quota: inBytes(quota.quota), now: inBytes(quota.prodShared) };
}

/** A job with what it takes. */
export interface TakingJob {
  readonly job: Job;
  readonly sides: BeforeAfter<Side>;
}

/** The same, and how much of which quota once these jobs are changed; other jobs of the role stay as they are. */
export function quotaAfter(roleUse: RoleUse, jobs: readonly TakingJob[]): QuotaUse {
  const use = quotaNow(roleUse);
  const take = (side: "before" | "after") =>
    jobs
      .filter(({ job, sides }) => isOf(roleUse, job[side]) && takes(side, sides.before, sides.after))
      .reduce((sum, { sides }) => plus(sum, sides[side]?.total.resources ?? nothing), nothing);
  const { allowed, quota } = roleUse;
  return {
    ...use,
    after: plus(less(use.now, take("before")), take("after")),
    ...(allowed !== undefined && !isSame(allowed, quota.quota) && { quotaAfter: inBytes(allowed) }),
  };
}

function isOf({ cluster, role }: RoleUse, side: JobSide | undefined): boolean {
  if (side?.inputs.jobKey === undefined) return false;
  const key = parseJobKey(side.inputs.jobKey);
  return key.cluster === cluster && key.role === role;
}

/** A side whose tier is not known is taken to have the other's. */
function takes(side: "before" | "after", before: Side | undefined, after: Side | undefined): boolean {
  const [own, other] = side === "before" ? [before, after] : [after, before];
  return own?.takesQuota ?? other?.takesQuota ?? false;
}

function inBytes({ numCpus, ramMb, diskMb }: AuroraResources): Resources {
  return { cpu: numCpus, ram: ramMb * mebibyte, disk: diskMb * mebibyte };
}
