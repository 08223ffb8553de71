import type {
  ArtifactStoreArgs,
  CorePackageArgs,
  FetchArgs,
  HeronClusterArgs,
  LocalSchedulerArgs,
  QuotaArgs,
  SchedulerArgs,
  StateTreeArgs,
  SubmitterName,
} from "../../cluster-args";
import { defaultWorkingDirectory } from "../../heron/conf/defaults";
import type { Fields } from "./build";
import {
  choice,
  confTree,
  flag,
  list,
  map,
  object,
  positiveNumber,
  required,
  text,
  textOrObject,
  wholeNumber,
} from "./build";
import {
  agentPath,
  confFile,
  corePackage,
  dataSize,
  glob,
  identifier,
  nonEmpty,
  packageUrl,
  relativeFolder,
  schedulerUrl,
  sha256,
  topologyName,
  topologyNames,
  workingDirectory,
  zookeeperConnection,
  zookeeperPath,
  zookeeperServers,
} from "./rules";
import { hdfsStore } from "./hdfs";
import { s3Store } from "./s3";
import type { TopologyDefaults, TopologyOverlay } from "./topology";
import { defaultsFields, overlayFields } from "./topology";

/** A stack document as written. */
export interface StackFields extends HeronClusterArgs {
  readonly defaults?: TopologyDefaults;
  /** Globs of topology documents, relative to the stack document. */
  readonly topologies?: readonly string[];
  /** Names of the topologies that this stack runs; `*` stands for any characters. */
  readonly only?: readonly string[];
  /** Names of those that it does not run. */
  readonly except?: readonly string[];
  /** Factor of every `parallelism` that the topologies' documents name. */
  readonly scale?: number;
  /** Topology → what this stack says otherwise. */
  readonly overlays?: Readonly<Record<string, TopologyOverlay>>;
}

/** The keys by which a stack document says which topologies run, and how; all others are the cluster's. */
export const topologyKeys = ["defaults", "topologies", "only", "except", "scale", "overlays"] as const;

/** What `environment` must match where the document does not say otherwise: the scheduler's own default. */
export const defaultEnvironmentPattern = "^(prod|devel|test|staging\\d*)$";

/** Where topology documents are looked for when the stack document does not say. */
export const defaultTopologies: readonly string[] = ["topologies/*.yaml"];

const scheduler = object<SchedulerArgs>(
  "Where the Aurora scheduler answers: `url` or `zookeeper`. Or `local`: no Aurora, topologies run on this machine (docs/heron-cli.md).",
  {
    url: text("Base address of any of the scheduler's replicas: one that does not lead says who does.", {
      ...schedulerUrl,
      example: "https://aurora.example:8081",
    }),
    zookeeper: object<NonNullable<SchedulerArgs["zookeeper"]>>(
      "The ZooKeeper service set in which the leading scheduler announces itself.",
      {
        servers: required(
          text("ZooKeeper hosts.", { ...zookeeperServers, example: "zk1.example:2181,zk2.example:2181" }),
        ),
        path: text("Path of the service set.", { ...zookeeperPath, default: "/aurora/scheduler" }),
      },
    ),
    local: object<LocalSchedulerArgs>(
      "Heron's own local scheduler, for a developer's machine: `{}`, with `submitter: heron-cli`, `state.local` and `artifacts.directory`.",
      {
        workingDirectory: text(
          "Folder that a topology runs in; Heron fills in `${HOME}`, `${CLUSTER}`, `${ROLE}` and `${TOPOLOGY}`.",
          { ...workingDirectory, default: defaultWorkingDirectory },
        ),
      },
    ),
    observerPort: wholeNumber(
      "Port of Thermos' observer on the agents, which is asked for the last words of a task that failed.",
      { minimum: 1, maximum: 65535, default: 1338 },
    ),
    webUrl: text("Page shown to people, when it is not the scheduler's own address.", {
      ...schedulerUrl,
      example: "https://aurora.example",
    }),
  },
  { exactlyOneOf: ["url", "zookeeper", "local"] },
);

const quota = object<QuotaArgs>(
  "The role's quota: what its topologies of the tier `preferred` may use together with all other such jobs of the role, in whichever environment and stack. Only an administrator of the scheduler may change it, and one stack alone should. It is set before any topology is submitted or changed. Left out, it is left alone.",
  {
    cpu: required(positiveNumber("Cores.", { example: 40 })),
    ram: required(text("Memory; a GB is 1024 MB, as everywhere in Aurora.", { ...dataSize, example: "128GB" })),
    disk: required(text("Disk, likewise.", { ...dataSize, example: "1TB" })),
    restoreOnDestroy: flag(
      "Set the quota that the role had before again on `pulumi destroy`, or when `quota` is taken out of the document, unless somebody has changed it since; otherwise it stays.",
      { default: false },
    ),
  },
);

const state = object<StateTreeArgs>(
  "Where Heron keeps its state tree: `zookeeper` or `local`.",
  {
    zookeeper: object<NonNullable<StateTreeArgs["zookeeper"]>>(
      "In ZooKeeper: for every cluster of several machines.",
      {
        servers: required(
          text("ZooKeeper hosts, with an optional chroot.", {
            ...zookeeperConnection,
            example: "zk1.example:2181,zk2.example:2181",
          }),
        ),
        root: text("Root path of the tree.", { ...zookeeperPath, default: "/heron" }),
        digest: flag(
          "Write nodes that only the holder of `heron:credentials` → `zookeeper` may change; otherwise anybody may, as Heron does. Directories that are there already stay as they are, and in an open one anybody may delete nodes, unless `setUp` is true.",
          { default: false },
        ),
        setUp: flag(
          "Make chroot, root path and directories before any topology, as a resource that shows and repairs what others change of them; otherwise the directories are made at first use, and the chroot must be there.",
          { default: false },
        ),
        removeOnDestroy: flag("Remove what was set up on `pulumi destroy`, as long as no topology is in it.", {
          default: false,
        }),
      },
      { needs: { removeOnDestroy: ["setUp"] } },
    ),
    local: object<NonNullable<StateTreeArgs["local"]>>("In files: for one machine, or a mounted folder.", {
      root: required(
        text("Absolute folder that the machine running Pulumi and every agent see under the same path.", {
          ...agentPath,
          example: "/mnt/heron/state",
        }),
      ),
    }),
  },
  { exactlyOneOf: ["zookeeper", "local"] },
);

const artifacts = object<ArtifactStoreArgs>(
  "Where the core package and the topology packages lie for agents to fetch.",
  {
    directory: object<NonNullable<ArtifactStoreArgs["directory"]>>("A folder: local disk or a mount.", {
      path: required(
        text("Absolute folder that the machine running Pulumi and every agent see under the same path.", {
          ...agentPath,
          example: "/mnt/heron/packages",
        }),
      ),
    }),
    s3: s3Store,
    hdfs: hdfsStore,
  },
  { exactlyOneOf: ["directory", "s3", "hdfs"] },
);

const core = object<CorePackageArgs>(
  "The Heron core package: what runs in every container. Give `path`, or `url` with `sha256`.",
  {
    path: text("The tar.gz with `heron-core/`, a file on the machine that runs Pulumi, relative to this document.", {
      ...corePackage,
      example: "../dist/heron-core.tar.gz",
    }),
    url: text("Where it is to be had by HTTP: an official release, an internal mirror.", {
      ...packageUrl,
      example: "https://mirror.example/heron-core-0.20.5.tar.gz",
    }),
    sha256: text(
      "SHA-256 that the file must have, in lower-case hexadecimal digits; another one stops the deployment before anything is touched.",
      { ...sha256, example: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    ),
    host: flag("Whether it is put into the artifact store; `false`: agents fetch it from `url` with curl.", {
      default: true,
    }),
  },
  { exactlyOneOf: ["path", "url"], needs: { url: ["sha256"], host: ["url"] } },
);

const fetchCommands = object<Exclude<FetchArgs, string>>(
  "How agents fetch: `copy` (from a mounted folder), `aws` (the AWS CLI, with the agents' role), `curl` (by HTTPS, without credentials), `hdfs` (`hdfs dfs -get`), or shell commands of your own for the two packages. In a command `{{{uri}}}` stands for the package's quoted URI, `{{{file}}}` for the quoted name of the file to write. Default: `copy` for a folder, `aws` for a bucket, `hdfs` for HDFS.",
  {
    core: required(
      text("Command that fetches the core package.", {
        ...nonEmpty,
        example: "hdfs dfs -get {{{uri}}} {{{file}}}",
      }),
    ),
    topology: required(
      text("Command that fetches a topology package.", {
        ...nonEmpty,
        example: "hdfs dfs -get {{{uri}}} {{{file}}}",
      }),
    ),
  },
);

const clusterFields: Fields<HeronClusterArgs> = {
  cluster: required(
    text("Name of the Aurora cluster, the first part of every job key; credentials are looked up by it.", {
      ...identifier,
      example: "west",
    }),
  ),
  role: required(text("Aurora role that owns the jobs.", { ...identifier, example: "heron" })),
  environment: required(
    text("Aurora environment of the jobs; the scheduler checks it against a pattern.", {
      ...identifier,
      example: "devel",
    }),
  ),
  environmentPattern: text(
    "Regular expression of the environments that the scheduler takes (its `-allowed_job_environments`).",
    { ...nonEmpty, default: defaultEnvironmentPattern },
  ),
  production: flag(
    "Whether bucket and topologies are protected against removal, unless they say otherwise. Default: in the environment `prod`.",
  ),
  owner: text(
    "User recorded as the jobs' owner and the topologies' submitter, never the one who runs Pulumi. Default: the role.",
    { ...identifier, example: "streaming" },
  ),
  scheduler: required(scheduler),
  quota,
  requireOffers: flag(
    "Refuse, in the preview already, a topology that is new or gets more containers while no hosts are offered with room for them, by the offers that the scheduler holds (Aurora 0.21 or later). Of constraints, dedicated hosts alone are looked at, and not what might be preempted. Left out, what finds no room is submitted and stays pending.",
    { default: false },
  ),
  state: required(state),
  ui: text("Base address of Heron UI, for links to the topologies' pages in the stack's outputs.", {
    ...schedulerUrl,
    example: "http://heron-ui.example:8889",
  }),
  tracker: text("Base address of Heron Tracker, likewise.", {
    ...schedulerUrl,
    example: "http://heron-tracker.example:8888",
  }),
  artifacts: required(artifacts),
  core: required(core),
  fetch: textOrObject<Extract<FetchArgs, string>, Exclude<FetchArgs, string>>(
    {
      pattern: "^(copy|curl|aws|hdfs)$",
      expected: "'copy', 'aws', 'curl', 'hdfs' or a map of 'core' and 'topology'",
      example: "curl",
    },
    fetchCommands,
  ),
  submitter: choice<SubmitterName>(
    "Who submits and manages topologies; a change of it touches none that runs.",
    {
      native: "this project, by the scheduler's own interface",
      "heron-cli": "Heron's own command, the `heron` on the PATH (docs/heron-cli.md)",
    },
    { default: "native" },
  ),
  probe: flag(
    "Show by a short job of one instance that an agent can fetch the core package, before any topology is submitted and whenever package, command or store change. Default: unless the scheduler is on this machine.",
  ),
  javaHome: text("Java home on the agents.", {
    ...agentPath,
    default: "/usr/lib/jvm/java-1.8.0-openjdk-amd64",
  }),
  conf: map(
    "What differs from Heron's shipped configuration: file of the conf dir → key → value. A map is laid over the one that is there, key by key.",
    map("Keys of that file and their values.", confTree("Value of the key.")),
    { keys: confFile, example: { "heron_internals.yaml": { "heron.logging.maximum.size.mb": 50 } } },
  ),
  heronAurora: text(
    "A `heron.aurora` of your own in the conf dir, relative to this document. It is for those who submit by `heron`, `submitter: heron-cli` among them, which marks the job by its metadata; the native submitter does not read it.",
    { ...nonEmpty, example: "heron.aurora" },
  ),
  writeConf: text(
    "Folder, relative to this document, that the conf dir is written to as `<folder>/<cluster>`, for `heron --config-path <folder>` run by hand. Left out, it is not written.",
    { ...relativeFolder, example: "../heron-conf" },
  ),
};

/** The arguments of a `HeronCluster`: exactly {@link HeronClusterArgs}. */
export const clusterSchema = object<HeronClusterArgs>("One Heron-on-Aurora environment.", clusterFields);

/** What a stack document may say: exactly {@link StackFields}. */
export const stackSchema = object<StackFields>(
  "One Heron-on-Aurora environment and its topologies. File paths are relative to this document.",
  {
    ...clusterFields,
    defaults: object<TopologyDefaults>(
      "Settings laid under every topology of the stack: a topology's own text, number or list replaces the one here, maps are merged key by key.",
      defaultsFields,
    ),
    topologies: list(
      "Topology documents, as file names or globs relative to this document; one file may hold several, separated by `---`. A glob that matches nothing is an error; `[]` is for a stack without topologies.",
      text("A file name or glob.", { ...glob, example: "topologies/*.yaml" }),
      { default: defaultTopologies },
    ),
    only: list(
      "Names of the topologies that this stack runs, out of those that the documents have; `*` stands for any characters. A name that no topology has is an error. Default: all.",
      text("A name.", { ...topologyNames, example: "ads-*" }),
      { minItems: 1 },
    ),
    except: list(
      "Names of the topologies that this stack does not run; `*` stands for any characters.",
      text("A name.", { ...topologyNames, example: "*-experiment" }),
      { minItems: 1 },
    ),
    scale: positiveNumber(
      "Factor of every `parallelism` that topology documents and `defaults` name, rounded up: an environment that is half as large says 0.5. What `overlays` say is taken as it is.",
      { example: 0.5 },
    ),
    overlays: map(
      "What this stack says otherwise of a topology, by its name: laid over the topology's document as that is over `defaults`. File paths are relative to this document.",
      object<TopologyOverlay>("What differs for the topology.", overlayFields),
      { keys: topologyName, example: { wordcount: { parallelism: { count: 8 } } } },
    ),
  },
);
