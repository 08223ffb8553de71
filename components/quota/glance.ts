import type { AuroraClient } from "../aurora/client";
import { AuroraError } from "../aurora/errors";
import type { RoleQuota } from "../aurora/role";

/** Schedulers that a preview need not wait for again: the engine checks one resource after the other. */
const silent = new WeakSet<AuroraClient>();

/**
 * Quota and use of a role, for a preview. Undefined when the scheduler cannot be asked now: a preview goes without one,
 * and the deployment, which does not, will tell.
 */
export async function glanceAtQuota(aurora: AuroraClient, role: string): Promise<RoleQuota | undefined> {
  if (silent.has(aurora)) return undefined;
  try {
    return await aurora.quota(role);
  } catch (error) {
    if (!(error instanceof AuroraError && (error.kind === "unreachable" || error.kind === "unavailable"))) throw error;
    silent.add(aurora);
    return undefined;
  }
}
