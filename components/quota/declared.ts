import type { Resources } from "../aurora/role";

/**
 * Quotas that this run sets, by cluster and role. One process serves all dynamic resources of a run, and the engine has a
 * quota checked before the jobs that depend on it: so a preview judges a job by the quota that it will find.
 */
const declared = new Map<string, Resources>();

export function declareQuota(cluster: string, role: string, quota: Resources): void {
  declared.set(keyOf(cluster, role), quota);
}

export function declaredQuota(cluster: string, role: string): Resources | undefined {
  return declared.get(keyOf(cluster, role));
}

function keyOf(cluster: string, role: string): string {
  return `${cluster}/${role}`;
}
