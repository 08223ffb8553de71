import type { SchedulerArgs, StateTreeArgs } from "../cluster-args";
import type { PackingAlgorithm, RestartContainersArgs, TimeoutArgs, UpdateArgs } from "../topology-args";

/**
 * What the engine keeps of one Aurora job: hashes, and the numbers a reader of a preview wants. The same bytes on every
 * machine: no absolute path of the machine that runs Pulumi, no time, no user, no secret.
 */
export interface AuroraJobInputs {
  /** `cluster/role/environment/name`; also the resource's id. A change of it, and of nothing else, replaces. */
  readonly jobKey: string;
  readonly scheduler: SchedulerArgs;
  readonly stateTree: StateTreeArgs;
  readonly topologyId: string;
  /** Aurora instances: the containers of the packing plan and container 0. */
  readonly instances: number;
  /** Of each container: cores, MiB, MiB. */
  readonly resources: { readonly cpu: number; readonly ramMb: number; readonly diskMb: number };
  readonly packing: PackingAlgorithm;
  readonly parallelism: Readonly<Record<string, number>>;
  /** Containers beside container 0, where the document says how many. */
  readonly containerNumber?: number;
  /** Which packages: `packageMark` of where agents fetch them from. */
  readonly corePackage: string;
  readonly topologyPackage: string;
  /** Containers and packing plan of a topology that runs are left as they are found. */
  readonly scaling?: "outside";
  readonly state: "running" | "deactivated";
  /** Configuration that the running topology is given, by `key` or `component:key`; absent where the document has none. */
  readonly runtimeConfig?: Readonly<Record<string, string>>;
  readonly restart?: string;
  readonly restartContainers?: RestartContainersArgs;
  /** Hash of the task configuration that every instance runs; independent of their number. */
  readonly taskHash: string;
  /** Hash of the topology and packing plan as they stand in the state tree. */
  readonly treeHash: string;
  /** Where the provider finds definition, plan and job configuration: their address in the checkout's cache. */
  readonly payload: string;
  /** As the document says them; defaults are filled in where they are used, so that a new default makes no diff. */
  readonly update?: UpdateArgs;
  readonly timeouts?: TimeoutArgs;
  /** `project/stack` that owns the job; it is in the task's metadata too. */
  readonly owner: string;
  readonly adopt?: true;
  /** Containers are added only where hosts are offered with room for them. */
  readonly requireOffers?: true;
  /** Of an effectively-once topology, whose containers all go back to its last checkpoint when one of them restarts. */
  readonly stateful?: true;
  /** Who submits, unless it is this project itself. */
  readonly submitter?: "heron-cli";
  /** For `submitter: heron-cli`: hash of all that `heron submit` is given. */
  readonly submission?: string;
  /**
   * The resource's URN, so that progress shows in its row (an input called `urn` would be dropped); absent where it
   * follows from owner and job key.
   */
  readonly resourceUrn?: string;
  /** What will be done, in words for the preview; filled in by `check`. */
  readonly change?: string;
}

/** What is kept of a job: its inputs as they were found, and what no document says. */
export interface AuroraJobOutputs extends AuroraJobInputs {
  /** Containers that do not come up, fail again and again or are not where they should be: number → state and reason. Absent when there is none. */
  readonly trouble?: Readonly<Record<string, string>>;
  /** Another stack that has taken the job over; absent where nobody has. */
  readonly takenBy?: string;
  /** Hash of the task configuration of a job that was adopted as it was, its tasks without our marks. */
  readonly adoptedAs?: string;
  /** Names that the owner had when tasks that still run were made; absent when they all carry its present one. */
  readonly formerOwners?: readonly string[];
  /** Other state trees that may hold nodes of the topology, of moves that did not end; absent where there are none. */
  readonly otherTrees?: readonly StateTreeArgs[];
  /** Of a restart of listed containers that did not end: those that it has restarted. */
  readonly restarted?: RestartContainersArgs;
  /** True of a job whose taking over was cut off: it may carry no marks yet, or those of another owner. */
  readonly taking?: true;
}
