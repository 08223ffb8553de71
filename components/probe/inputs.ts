import type { SchedulerArgs } from "../cluster-args";

/** What the engine keeps of a fetch probe; the same on every machine. */
export interface FetchProbeInputs {
  /** `cluster/role/environment/name` of the job that fetches. */
  readonly jobKey: string;
  readonly scheduler: SchedulerArgs;
  /** URI of the core package. */
  readonly corePackage: string;
  /** Hash of what the job runs: another package, command or store is probed anew. */
  readonly taskHash: string;
  /** Hash of who may read the store, where this project says so; absent of stores that know no readers. */
  readonly access?: string;
  /** Where the provider finds the job's configuration: its address in the checkout's cache. */
  readonly payload: string;
  /** `project/stack`. */
  readonly owner: string;
}

/** The kind under which the checkout's cache keeps the probes' configurations. */
export const probeKind = "probes";

/** What the names of fetch probes begin with. */
export const probePrefix = "heron-fetch-probe-";
