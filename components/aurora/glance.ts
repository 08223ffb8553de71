import type { AuroraClient } from "./client";
import { AuroraError } from "./errors";

/** Schedulers that a preview need not wait for again: the engine checks one resource after the other. */
const silent = new WeakSet<AuroraClient>();

/**
 * What the scheduler answers, for a preview. Undefined when it cannot be asked now: a preview goes without, and the
 * deployment, which does not, will tell.
 */
export async function glance<T>(aurora: AuroraClient, ask: () => Promise<T>): Promise<T | undefined> {
  if (silent.has(aurora)) return undefined;
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof AuroraError && (error.kind === "unreachable" || error.kind === "unavailable"))) throw error;
    silent.add(aurora);
    return undefined;
  }
}
