import { createHash } from "node:crypto";
import type { Metadata, TaskConfig } from "../job-configuration";
import { canonicalJson } from "../../canonical-json";

/** Our own entries in a task's metadata. */
export const metadataNames = {
  /** Hash of the task configuration: tells an interrupted submit's own work, and drift. */
  task: "heron-aurora/task",
  /** `project/stack` that owns the job. */
  owner: "heron-aurora/owner",
  topologyId: "heron-aurora/topology-id",
  /** Hash of all that the `heron` CLI was given; on jobs of its making alone. */
  submission: "heron-aurora/submission",
  /** The document's restart token. */
  restart: "heron-aurora/restart",
} as const;

/**
 * Hash of what every instance runs. The hash itself and the owner are left out: a job that changes hands need not
 * restart. Instance counts are no part of a task configuration, so scaling changes nothing here.
 */
export function taskHash(config: TaskConfig): string {
  const left: readonly string[] = [metadataNames.task, metadataNames.owner];
  const metadata = config.metadata.filter(({ key }) => !left.includes(key));
  return createHash("sha256")
    .update(canonicalJson({ ...config, metadata }))
    .digest("hex");
}

/** The configuration with its hash among the metadata, which is sorted by key. */
export function withTaskHash(config: TaskConfig): TaskConfig {
  const entry: Metadata = { key: metadataNames.task, value: taskHash(config) };
  return { ...config, metadata: [...config.metadata, entry].sort((a, b) => (a.key < b.key ? -1 : 1)) };
}
