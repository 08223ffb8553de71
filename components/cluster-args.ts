/** Where the Aurora scheduler of the cluster answers: exactly one of `url` and `zookeeper`. */
export interface SchedulerArgs {
  /** Base address of the scheduler (any one of its replicas: a follower redirects), e.g. `https://aurora.example:8081`. */
  readonly url?: string;
  /** The service set in which the leader announces itself. */
  readonly zookeeper?: {
    /** Host list, `host:port,host:port`. */
    readonly servers: string;
    /** Path of the service set; Aurora's default is `/aurora/scheduler`. */
    readonly path?: string;
  };
  /** Page shown to people, when it is not the scheduler's own address. */
  readonly webUrl?: string;
}

/** Where Heron keeps its state tree: exactly one of `zookeeper` and `local`. Paths are those of the agents. */
export interface StateTreeArgs {
  readonly zookeeper?: {
    /** Host list, `host:port,host:port`, with an optional chroot. */
    readonly servers: string;
    /** Root path of the tree (default `/heron`). */
    readonly root?: string;
    /** Write nodes that only the holder of `heron:credentials` → `zookeeper` may change (default false: world ACL, as Heron does). */
    readonly digest?: boolean;
  };
  readonly local?: {
    /** Absolute folder that the machine running Pulumi and every agent see under the same path. */
    readonly root: string;
  };
}

/** Where packages lie for agents to fetch. */
export interface ArtifactStoreArgs {
  readonly directory?: {
    /** Absolute folder that the machine running Pulumi and every agent see under the same path (local disk or NFS). */
    readonly path: string;
  };
}

/** The Heron core package, a tar.gz with `heron-core/`. */
export interface CorePackageArgs {
  /** File on the machine that runs Pulumi, relative to the stack document (or the program's folder). */
  readonly path: string;
  /** What the file must hash to, lower-case hex; a mismatch stops the deployment before anything is touched. */
  readonly sha256?: string;
}

/**
 * How agents fetch: `copy` (a mounted folder), `curl`, or shell commands of your own. In a command `{{{uri}}}` is the
 * package's quoted URI and `{{{file}}}` the quoted name of the file to write.
 */
export type FetchArgs = "copy" | "curl" | { readonly core: string; readonly topology: string };

/** One Heron-on-Aurora environment: the arguments of `HeronCluster`, and the top of a stack document. */
export interface HeronClusterArgs {
  /** Name of the Aurora cluster: first part of every job key. */
  readonly cluster: string;
  /** Aurora role that owns the jobs. */
  readonly role: string;
  /** Aurora environment. */
  readonly environment: string;
  /** What the scheduler accepts as environment (its `-allowed_job_environments`; default `^(prod|devel|test|staging\d*)$`). */
  readonly environmentPattern?: string;
  /** Recorded as `owner.user` and submission user (default: the role). Never taken from who runs Pulumi. */
  readonly owner?: string;
  readonly scheduler: SchedulerArgs;
  readonly state: StateTreeArgs;
  readonly artifacts: ArtifactStoreArgs;
  readonly core: CorePackageArgs;
  readonly fetch?: FetchArgs;
  /** Java home on the agents (default `/usr/lib/jvm/java-1.8.0-openjdk-amd64`, as Heron ships). */
  readonly javaHome?: string;
  /** Overrides of the Heron conf dir: file name → key → value, e.g. `heron_internals.yaml: {heron.logging.maximum.size.mb: 50}`. */
  readonly conf?: Readonly<Record<string, Readonly<Record<string, ConfValue>>>>;
}

export type ConfValue = string | number | boolean;
