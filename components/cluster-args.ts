/** Heron's local scheduler: a process of this machine for each topology, which `heron submit` starts. */
export interface LocalSchedulerArgs {
  /** Absolute folder that a topology runs in; Heron fills in `${HOME}`, `${CLUSTER}`, `${ROLE}` and `${TOPOLOGY}`. */
  readonly workingDirectory?: string;
}

/** Where the Aurora scheduler of the cluster answers: exactly one of `url` and `zookeeper`; or `local`, without Aurora. */
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
  /** Topologies run on this machine, without Aurora; needs `submitter: heron-cli`. */
  readonly local?: LocalSchedulerArgs;
  /** Page shown to people, when it is not the scheduler's own address. */
  readonly webUrl?: string;
  /** Port of Thermos' observer on the agents, which is asked for the last words of a task that failed (default 1338). */
  readonly observerPort?: number;
}

/** Where Heron keeps its state tree: exactly one of `zookeeper` and `local`. Paths are those of the agents. */
export interface StateTreeArgs {
  /** In ZooKeeper, as in production. */
  readonly zookeeper?: {
    /** Host list, `host:port,host:port`, with an optional chroot. */
    readonly servers: string;
    /** Root path of the tree (default `/heron`). */
    readonly root?: string;
    /**
     * Write nodes that only the holder of `heron:credentials` → `zookeeper` may change (default false: world ACL, as Heron does);
     * directories that are there already stay as they are without `setUp`.
     */
    readonly digest?: boolean;
    /** Make chroot, root path and directories as a resource, which shows and repairs drift of their ACLs (default false). */
    readonly setUp?: boolean;
    /** Remove that root on `pulumi destroy`, as long as no topology is in it (default false); needs `setUp`. */
    readonly removeOnDestroy?: boolean;
  };
  /** In files, for one machine or a shared folder. */
  readonly local?: {
    /** Absolute folder that the machine running Pulumi and every agent see under the same path. */
    readonly root: string;
  };
}

/** Who may fetch packages from the bucket; everybody else may not. */
export interface S3ReadersArgs {
  /** ARNs of roles, as of the agents' instance profile: for `fetch: aws`. */
  readonly roles?: readonly string[];
  /** Ids of VPC endpoints (`vpce-…`) through which anybody may read: for `fetch: curl`. */
  readonly vpcEndpoints?: readonly string[];
  /** Address ranges, at most a /8 wide, from which anybody may read: for `fetch: curl`. */
  readonly cidrs?: readonly string[];
}

/** An S3 bucket, always private. */
export interface S3StoreArgs {
  /** Name of the bucket. */
  readonly bucket: string;
  /** AWS region of the bucket, e.g. `eu-central-1`. */
  readonly region: string;
  /** Folder in the bucket that the packages are under (default `heron`). */
  readonly prefix?: string;
  /** Whether this stack makes the bucket and keeps it as described (default true); false: it is used and never altered. */
  readonly create?: boolean;
  /** Who may read packages (default: nobody beside the account's own policies). */
  readonly readers?: S3ReadersArgs;
  /** ARN of the KMS key that encrypts, or `new` to make one (default: S3's own keys). */
  readonly kmsKey?: string;
  /** Where S3 writes its access logs. */
  readonly logging?: {
    /** Name of another bucket. */
    readonly bucket: string;
    /** What the logs' keys begin with. */
    readonly prefix?: string;
  };
  /** Tags of the bucket. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Refuse to delete the bucket (default: where the environment is `production`). */
  readonly protect?: boolean;
  /** Leave bucket and packages where they are on `pulumi destroy` (default false). */
  readonly retainOnDelete?: boolean;
  /** Address of an S3-compatible server, which is asked path-style. */
  readonly endpoint?: string;
}

/** A folder in HDFS. */
export interface HdfsStoreArgs {
  /** Base addresses of WebHDFS (port 9870, 9871) or HttpFS (14000), in the order in which they are tried: all namenodes. */
  readonly namenodes: readonly string[];
  /** Absolute path in HDFS of the folder that the packages are under. */
  readonly path: string;
  /** Nameservice or `host:port` of the `hdfs:` URIs that agents fetch (default: the agents' own default file system). */
  readonly authority?: string;
  /** User of simple authentication (default: the one that the server assumes). */
  readonly user?: string;
}

/** Where packages lie for agents to fetch: exactly one of `directory`, `s3` and `hdfs`. */
export interface ArtifactStoreArgs {
  /** A folder. */
  readonly directory?: {
    /** Absolute folder that the machine running Pulumi and every agent see under the same path (local disk or NFS). */
    readonly path: string;
  };
  /** A bucket, with fetching over the network. */
  readonly s3?: S3StoreArgs;
  /** A folder in HDFS, written by WebHDFS. */
  readonly hdfs?: HdfsStoreArgs;
}

/** The Heron core package, a tar.gz with `heron-core/`: exactly one of `path` and `url`. */
export interface CorePackageArgs {
  /** File on the machine that runs Pulumi, relative to the stack document (or the program's folder). */
  readonly path?: string;
  /** Where it is to be had by HTTP, as an official release or an internal mirror; needs `sha256`. */
  readonly url?: string;
  /** What the file must hash to, lower-case hex; a mismatch stops the deployment before anything is touched. */
  readonly sha256?: string;
  /** Whether it is put into the artifact store (default true); false: agents fetch it from `url` with `curl`. */
  readonly host?: boolean;
}

/**
 * How agents fetch: `copy` (a mounted folder), `curl`, `aws` (`aws s3 cp`), `hdfs` (`hdfs dfs -get`), or shell
 * commands of your own. In a command `{{{uri}}}` is the package's quoted URI and `{{{file}}}` the quoted name of the file to write.
 */
export type FetchArgs = "copy" | "curl" | "aws" | "hdfs" | { readonly core: string; readonly topology: string };

/** What a role may use of the tier that is not preempted; amounts of ram and disk as `512MB`, `64GB`, `2TB`, in powers of 1024. */
export interface QuotaArgs {
  /** Cores. */
  readonly cpu: number;
  /** Of all containers together. */
  readonly ram: string;
  /** Likewise. */
  readonly disk: string;
  /** Set the quota that the role had before again on `pulumi destroy` (default false: it stays). */
  readonly restoreOnDestroy?: boolean;
}

/** Who submits topologies. */
export type SubmitterName = "native" | "heron-cli";

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
  /** Whether its bucket and its topologies are protected against removal (default: in the environment `prod`). */
  readonly production?: boolean;
  /** Recorded as `owner.user` and submission user (default: the role). Never taken from who runs Pulumi. */
  readonly owner?: string;
  /** Where the Aurora scheduler answers. */
  readonly scheduler: SchedulerArgs;
  /** The role's quota, for jobs of the tier `preferred`; only an administrator of the scheduler may set it (default: left alone). */
  readonly quota?: QuotaArgs;
  /**
   * Refuse, in the preview already, a topology that is new or gets more containers while no hosts are offered with room for
   * them (default false: what finds no room is submitted and stays pending).
   */
  readonly requireOffers?: boolean;
  /** Where Heron's state tree is, in which every topology has its nodes. */
  readonly state: StateTreeArgs;
  /** Base address of Heron UI, for links to the topologies' pages. */
  readonly ui?: string;
  /** Base address of Heron Tracker, likewise. */
  readonly tracker?: string;
  /** Where core and topology packages lie for agents to fetch. */
  readonly artifacts: ArtifactStoreArgs;
  /** The Heron core package that all topologies run on. */
  readonly core: CorePackageArgs;
  /** How agents fetch packages (default: as the artifact store is read: `copy`, `aws` or `hdfs`). */
  readonly fetch?: FetchArgs;
  /** Who submits and manages topologies: this project itself (`native`, the default) or the user's `heron` command. */
  readonly submitter?: SubmitterName;
  /**
   * Show by a short job of one instance that an agent can fetch the core package, before any topology is submitted and
   * whenever package, command or store change (default: unless the scheduler is on this machine).
   */
  readonly probe?: boolean;
  /** Java home on the agents (default `/usr/lib/jvm/java-1.8.0-openjdk-amd64`, as Heron ships). */
  readonly javaHome?: string;
  /**
   * Overrides of the Heron conf dir: file name → key → value, e.g. `heron_internals.yaml: {heron.logging.maximum.size.mb: 50}`.
   * A map is laid over the one that is there, key by key; a key that Heron does not know passes, with a warning.
   */
  readonly conf?: Readonly<Record<string, Readonly<Record<string, ConfTree>>>>;
  /**
   * A `heron.aurora` of your own instead of ours, relative to the stack document: for the conf dir, and for `submitter:
   * heron-cli`, which marks the job by its metadata. The native submitter does not read it.
   */
  readonly heronAurora?: string;
  /**
   * Folder, relative to the stack document, that the conf dir is written to as `<folder>/<cluster>`, so that `heron
   * --config-path <folder>` run by hand has the very same settings (default: it is not).
   */
  readonly writeConf?: string;
}

/** A value of Heron's configuration. */
export type ConfValue = string | number | boolean;

/** A value of the Heron conf dir, as YAML has it; maps and lists are not looked into. */
export type ConfTree = ConfValue | readonly unknown[] | Readonly<Record<string, unknown>>;
