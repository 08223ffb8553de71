import type { ConfValue } from "./cluster-args";

/** Packing algorithms by the simple name of Heron's class. */
export const packingAlgorithms = [
  "RoundRobinPacking",
  "RoundRobinPackingV2",
  "ResourceCompliantRRPacking",
  "FirstFitDecreasingPacking",
] as const;
/** A packing algorithm by the simple name of Heron's class. */
export type PackingAlgorithm = (typeof packingAlgorithms)[number];

/** An Aurora placement rule: `values` (one of, or none of them when `negated`) or `limit` (at most so many per attribute value). */
export type ConstraintArgs =
  | { readonly attribute: string; readonly values: readonly string[]; readonly negated?: boolean }
  | { readonly attribute: string; readonly limit: number };

/** The image a container runs in: Docker containerizer or Mesos unified containerizer. */
export type ContainerArgs =
  | {
      readonly docker: {
        readonly image: string;
        readonly parameters?: readonly { readonly name: string; readonly value: string }[];
      };
    }
  | {
      readonly mesos: {
        readonly image?:
          | { readonly docker: { readonly name: string; readonly tag: string } }
          | { readonly appc: { readonly name: string; readonly imageId: string } };
        readonly volumes?: readonly {
          readonly containerPath: string;
          readonly hostPath: string;
          readonly mode: "RO" | "RW";
        }[];
      };
    };

/** What becomes of a container whose agent the scheduler cannot reach (Aurora's PartitionPolicy). */
export interface PartitionPolicyArgs {
  /** Whether it is started elsewhere (default true); if not, it is waited for. */
  readonly reschedule?: boolean;
  /** Seconds that it is waited for before it is started elsewhere (default 0). */
  readonly delaySeconds?: number;
}

/**
 * What must stay up while hosts are drained and, with `update.slaAware`, while the scheduler updates (Aurora's SlaPolicy):
 * containers by their share or number, or what a service says that is asked before each.
 */
export type SlaPolicyArgs =
  | { readonly percentage: number; readonly durationSeconds?: number }
  | { readonly count: number; readonly durationSeconds?: number }
  | { readonly coordinatorUrl: string; readonly statusKey?: string };

/** The scheduler's rolling update. Defaults: batches of 1, 45 s watched, no failure tolerated, rolled back on failure. */
export interface UpdateArgs {
  /** Containers restarted at a time. */
  readonly batchSize?: number;
  /** Seconds an instance must stay RUNNING before its batch counts as done. */
  readonly watchSeconds?: number;
  /** Failures of one container before it counts as failed (default 0). */
  readonly maxPerInstanceFailures?: number;
  /** Failed containers that are put up with before the update fails (default 0). */
  readonly maxFailedInstances?: number;
  /** Whether a failed update puts the old version back (default true). */
  readonly rollbackOnFailure?: boolean;
  /** Whether a batch starts only when the one before is done with all its containers (default false). */
  readonly waitForBatchCompletion?: boolean;
  /** Pause after each batch: `pulumi up` ends and tells so, the next one goes on with the next batch (default false). */
  readonly pauseAfterBatch?: boolean;
  /** Keep to `slaPolicy` while updating (default false). */
  readonly slaAware?: boolean;
  /** Seconds that the update goes on without a heartbeat of `pulumi up`, which it then waits for (default: it needs none). */
  readonly pulseSeconds?: number;
  /** Containers that one change may restart, add or remove at most; a larger one is refused in the preview (default: any number). */
  readonly maxContainers?: number;
}

/**
 * How Thermos asks a container's `/health` whether it is well. The executor answers there once it has started; what is
 * left out is as Heron ships it.
 */
export interface HealthCheckArgs {
  /** Seconds after the start in which failing checks do not count (default 30). */
  readonly initialIntervalSeconds?: number;
  /** Seconds from one check to the next (default 10). */
  readonly intervalSeconds?: number;
  /** Seconds an answer may take (default 5). */
  readonly timeoutSeconds?: number;
  /** Failing checks in a row that are put up with; one more and the container is restarted (default 2). */
  readonly maxConsecutiveFailures?: number;
}

/** Restarts the containers listed, as they are, whenever `trigger` changes. */
export interface RestartContainersArgs {
  /** Any text. */
  readonly trigger: string;
  /** Their numbers; 0 is the one with the TManager. */
  readonly containers: readonly number[];
}

/** How long the deployment waits, in seconds, before it gives up with the reason from the tasks' last events. */
export interface TimeoutArgs {
  /** Until all containers of a new topology are RUNNING and well (default 600). */
  readonly create?: number;
  /** A change, from its start to its last container (default 3600). */
  readonly update?: number;
  /** Until all containers of a removed topology are gone (default 300). */
  readonly delete?: number;
}

/** A file that the agent puts into a container's sandbox before its processes start, by the Mesos fetcher. */
export interface FetcherUriArgs {
  /** Where it is, in a scheme that the agents' fetcher takes, without secrets: the scheduler shows it. */
  readonly uri: string;
  /** Whether an archive is unpacked there (default false). */
  readonly extract?: boolean;
  /** Whether the agent keeps it for other containers (default false). */
  readonly cache?: boolean;
  /** Its name in the sandbox (default: as in `uri`). */
  readonly outputFile?: string;
}

/** One topology: the arguments of `HeronTopology`, and a topology document. File paths are relative to the document. */
export interface HeronTopologyArgs {
  /** Topology name and Aurora job name. */
  readonly name: string;
  /** The user's file: `.jar`, `.tar`, `.tar.gz`, `.pex`, `.so` or `.dylib`. */
  readonly package: string;
  /** SHA-256 that this file must have, lower-case hexadecimal: what was tried in one environment is what the next one runs. */
  readonly sha256?: string;
  /** Main class (jar, tar), Python class or `-` (pex), or the binary that emits (so). Needed unless `definition` is given. */
  readonly class?: string;
  /** Arguments of the main. */
  readonly args?: readonly string[];
  /** Jars that the main needs to emit and its package does not hold, such as heron-api's; containers do not get them. */
  readonly libraries?: readonly string[];
  /** Java system properties of the main (`-D`). */
  readonly jvmProperties?: Readonly<Record<string, string>>;
  /** Have the JVMs of the containers log their garbage collections (default false), as `heron submit --verbose_gc` does. */
  readonly verboseGc?: boolean;
  /** A `.defn` emitted before, instead of running the main. */
  readonly definition?: string;
  /** Topology configuration laid over what the definition says, e.g. `topology.container.ram: 4294967296`. */
  readonly config?: Readonly<Record<string, ConfValue>>;
  /** Parallelism by component, laid over the definition as `heron update` does. */
  readonly parallelism?: Readonly<Record<string, number>>;
  /**
   * Containers that the Heron instances are dealt to, container 0 not counted, as `heron update --container-number` does
   * (default: as many as the definition says, or in proportion where `parallelism` changes). For the round robin packings.
   */
  readonly containerNumber?: number;
  /**
   * Who says how many containers and Heron instances run, once the topology is submitted: this document (default), or
   * somebody outside, such as `heron update` or a health manager, whose packing plan and containers then stay as they are.
   */
  readonly scaling?: "document" | "outside";
  /** Packing algorithm (default `RoundRobinPacking`, as Heron ships for Aurora). */
  readonly packing?: PackingAlgorithm;
  /** Heron configuration of this topology alone, written to `override.yaml` (Heron's `--config-property`). */
  readonly heronConfig?: Readonly<Record<string, ConfValue>>;
  /** Whether the topology processes tuples once it is up (default `running`). */
  readonly state?: "running" | "deactivated";
  /**
   * Configuration of the running topology, by `key` or `component:key`, as `heron update --runtime-config` changes it: its
   * spouts and bolts are told, and nothing restarts. What is taken out stays as set until the containers are packed anew.
   */
  readonly runtimeConfig?: Readonly<Record<string, ConfValue>>;
  /** Any text; a change of it restarts all containers, batch by batch. */
  readonly restart?: string;
  /** Some containers alone to restart, as `heron restart` does with a container's number. */
  readonly restartContainers?: RestartContainersArgs;
  /** Rules for the hosts that containers may run on; all of them hold. */
  readonly constraints?: readonly ConstraintArgs[];
  /** Value of the `dedicated` host attribute, `role/name`: the job runs on those hosts alone. */
  readonly dedicated?: string;
  /** `preferred`, `preemptible`, `revocable`, or what the scheduler's tier file names. */
  readonly tier?: string;
  /** Order in which the role's pending jobs are placed and preempted: the greater goes first (default 0). */
  readonly priority?: number;
  /** Default: started elsewhere at once. */
  readonly partitionPolicy?: PartitionPolicyArgs;
  /** Needs the tier `preferred`; by percentage or count also 20 containers, as Aurora ships. */
  readonly slaPolicy?: SlaPolicyArgs;
  /** Default: the host's own file system. */
  readonly container?: ContainerArgs;
  /** GPUs of each container (default 0); the scheduler must allow them. */
  readonly gpus?: number;
  /** Files for each container's sandbox, besides core and topology package; the scheduler must allow them. */
  readonly fetcherUris?: readonly FetcherUriArgs[];
  /** Addresses by name, on each container's page; `%host%` and `%port:http%` stand for its own (default: Aurora's `http` and `health`). */
  readonly taskLinks?: Readonly<Record<string, string>>;
  /** Labels of the Aurora job. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Address told to Aurora as the job's contact. */
  readonly contact?: string;
  /** Default: as Heron ships it. */
  readonly healthCheck?: HealthCheckArgs;
  /** How changes that restart containers are rolled out. */
  readonly update?: UpdateArgs;
  /** How long a deployment waits. */
  readonly timeouts?: TimeoutArgs;
  /** Take over a job of this key that was submitted by somebody else. */
  readonly adopt?: boolean;
  /** Refuse to remove the topology (default: where the cluster is `production`). To remove it, set this to false and deploy first. */
  readonly protect?: boolean;
  /** Leave job, state tree and packages where they are when the topology is removed (default false). */
  readonly retainOnDelete?: boolean;
}
