import { parseJobKey } from "../../components/aurora/job-key";
import type { Resources } from "../../components/aurora/role";
import type { SchedulerArgs } from "../../components/cluster-args";
import { isKnown } from "../../components/dynamic-provider";
import { type QuotaProperties, quotaType } from "../../components/quota/inputs";
import type { Job } from "./jobs";
import type { Source } from "./source";

/** An Aurora role that a report tells of. */
export interface Role {
  readonly cluster: string;
  readonly role: string;
  readonly scheduler: SchedulerArgs;
  /** The quota that it has once the deployment is made, where the documents say one. */
  readonly allowed?: Resources;
}

/** Pure: the roles of all jobs, before and after, and those whose quota is set; none on Heron's local scheduler. */
export function rolesOf({ resources }: Pick<Source, "resources">, jobs: readonly Job[]): readonly Role[] {
  const owners = jobs
    .flatMap(({ before, after }) => [before, after])
    .flatMap((side) => {
      const { jobKey, scheduler } = side?.inputs ?? {};
      return jobKey === undefined || scheduler === undefined ? [] : [{ ...parseJobKey(jobKey), scheduler }];
    });
  const quotas = resources
    .filter(({ type }) => type === quotaType)
    .flatMap(({ after }) => {
      const quota = (after as QuotaProperties | undefined)?.quota;
      return quota !== undefined && isKnown(quota) ? [quota] : [];
    });
  const roles = new Map<string, Role>();
  for (const { cluster, role, scheduler } of [...owners, ...quotas]) {
    if (scheduler.local !== undefined) continue;
    const allowed = quotas.find((quota) => quota.cluster === cluster && quota.role === role)?.allowed;
    roles.set(`${cluster}/${role}`, { cluster, role, scheduler, ...(allowed && { allowed }) });
  }
  return [...roles.values()];
}
