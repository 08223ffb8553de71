import { type Cache, notInCache, openCache } from "../cache";
import type { JobConfiguration } from "../aurora/job-configuration";
import type { ExpectedTree } from "../heron/state";
import type { HeronCall } from "./heron-cli/call";

/**
 * What a submission needs beyond the inputs: too large for the state, so it travels by its hash through the checkout's
 * cache. Holds no secret.
 */
export interface JobPayload {
  /** Heron's api.Topology for the state tree, protobuf bytes in base64. */
  readonly topology: string;
  /** Heron's system.PackingPlan with scheduled resources, protobuf bytes in base64. */
  readonly packingPlan: string;
  readonly jobConfiguration: JobConfiguration;
  /** The topology's name. */
  readonly name: string;
  /** Without the time of submission, which is not the same on every machine. */
  readonly executionState: ExpectedTree["executionState"];
  /** For `submitter: heron-cli`. */
  readonly heron?: HeronCall;
}

/** What this job writes into the state tree; the same on every machine, so without a time. */
export function treeOf(payload: JobPayload): ExpectedTree {
  const { name, executionState } = payload;
  return {
    name,
    topology: Buffer.from(payload.topology, "base64"),
    plan: Buffer.from(payload.packingPlan, "base64"),
    executionState,
  };
}

const kind = "payloads";

/** Stores `payload` under its content's address and returns that. */
export async function storePayload(cache: Cache, payload: JobPayload): Promise<string> {
  return cache.put(kind, Buffer.from(JSON.stringify(payload)));
}

/** Reads a payload back; undefined when this checkout's program has not made it. */
export async function findPayload(cache: Cache, address: string): Promise<JobPayload | undefined> {
  const bytes = await cache.get(kind, address);
  return bytes === undefined ? undefined : (JSON.parse(Buffer.from(bytes).toString("utf8")) as JobPayload);
}

/** Reads a payload back. @throws UserError when this checkout's program has not made it. */
export async function loadPayload(cache: Cache, address: string): Promise<JobPayload> {
  const payload = await findPayload(cache, address);
  if (payload !== undefined) return payload;
  throw notInCache(`The job's configuration ${address.slice(0, 12)}…`);
}

/** The payload of such inputs; undefined in a checkout that has not made it. */
export async function knownPayload(inputs: { readonly payload?: string }): Promise<JobPayload | undefined> {
  return inputs.payload === undefined ? undefined : findPayload(openCache(), inputs.payload);
}
