import type {
  ConstraintArgs,
  ContainerArgs,
  FetcherUriArgs,
  HealthCheckArgs,
  HeronTopologyArgs,
  PartitionPolicyArgs,
  RestartContainersArgs,
  SlaPolicyArgs,
  TimeoutArgs,
  UpdateArgs,
} from "../../topology-args";
import type { Fields } from "./build";
import { choice, confValue, flag, list, map, object, positiveNumber, required, text, wholeNumber } from "./build";
import {
  definitionFile,
  dedicated,
  fetcherUri as fetcherUriRule,
  identifier,
  libraryFile,
  nonEmpty,
  runtimeKey,
  sha256,
  taskLink,
  topologyBinary,
  topologyName,
} from "./rules";

type DockerArgs = Extract<ContainerArgs, { docker: unknown }>["docker"];
type MesosArgs = Extract<ContainerArgs, { mesos: unknown }>["mesos"];
type MesosImageArgs = NonNullable<MesosArgs["image"]>;

const constraint = object<ConstraintArgs>(
  "A rule for the hosts that containers may run on: `values` or `limit`.",
  {
    attribute: required(text("Host attribute the rule is about.", { ...nonEmpty, example: "rack" })),
    values: list("Values of the attribute to run on, any one of them.", text("A value."), {
      minItems: 1,
      example: ["a", "b"],
    }),
    negated: flag("Run on hosts that have none of `values` instead.", { default: false }),
    limit: wholeNumber("Containers that may run at most on hosts of one value of the attribute.", {
      minimum: 1,
      example: 1,
    }),
  },
  { exactlyOneOf: ["values", "limit"], needs: { negated: ["values"] } },
);

const docker = object<DockerArgs>("Run in Docker (the scheduler must allow it).", {
  image: required(text("Image with its tag.", { ...nonEmpty, example: "eclipse-temurin:8-jre" })),
  parameters: list(
    "Parameters of the Docker command line, in order; the scheduler must allow them.",
    object<NonNullable<DockerArgs["parameters"]>[number]>("One parameter.", {
      name: required(text("Long option without its dashes.", { ...nonEmpty, example: "volume" })),
      value: required(text("Its value.", { example: "/data:/data:ro" })),
    }),
  ),
});

const mesosImage = object<MesosImageArgs>(
  "Root file system of the container: a Docker or an AppC image.",
  {
    docker: object<Extract<MesosImageArgs, { docker: unknown }>["docker"]>("A Docker image.", {
      name: required(text("Repository of the image.", { ...nonEmpty, example: "library/eclipse-temurin" })),
      tag: required(text("Tag of the image.", { ...nonEmpty, example: "8-jre" })),
    }),
    appc: object<Extract<MesosImageArgs, { appc: unknown }>["appc"]>("An AppC image.", {
      name: required(text("Name of the image.", { ...nonEmpty, example: "example.com/jre" })),
      imageId: required(text("Id of the image.", { ...nonEmpty, example: "sha512-f8e1" })),
    }),
  },
  { exactlyOneOf: ["docker", "appc"] },
);

const mesos = object<MesosArgs>("Run in Mesos' unified containerizer.", {
  image: mesosImage,
  volumes: list(
    "Folders of the host seen in the container.",
    object<NonNullable<MesosArgs["volumes"]>[number]>("One folder.", {
      containerPath: required(text("Where the container sees it.", { ...nonEmpty, example: "/data" })),
      hostPath: required(text("Where it is on the host.", { ...nonEmpty, example: "/mnt/data" })),
      mode: required(choice("What the container may do with it.", { RO: "read", RW: "read and write" })),
    }),
  ),
});

const container = object<ContainerArgs>(
  "The image that containers run in; left out, they run on the host's own file system. In a document it replaces the one under `defaults` as a whole.",
  { docker, mesos },
  { exactlyOneOf: ["docker", "mesos"], example: { docker: { image: "eclipse-temurin:8-jre" } } },
);

const fetcherUri = object<FetcherUriArgs>("One file.", {
  uri: required(
    text("Where it is, in a scheme that the agents' fetcher takes, without secrets: the scheduler shows it.", {
      ...fetcherUriRule,
      example: "https://packages.example.com/models.tar.gz",
    }),
  ),
  extract: flag("Whether an archive is unpacked there.", { default: false }),
  cache: flag("Whether the agent keeps it for other containers.", { default: false }),
  outputFile: text("Its name in the sandbox. Default: as in `uri`.", { ...nonEmpty, example: "models.tar.gz" }),
});

const healthCheck = object<HealthCheckArgs>(
  "How Thermos asks each container's `/health` whether it is well; what is left out is as Heron ships it.",
  {
    initialIntervalSeconds: positiveNumber("Seconds after the start in which failing checks do not count.", {
      default: 30,
    }),
    intervalSeconds: positiveNumber("Seconds from one check to the next.", { default: 10 }),
    timeoutSeconds: positiveNumber("Seconds an answer may take.", { default: 5 }),
    maxConsecutiveFailures: wholeNumber(
      "Failing checks in a row that are put up with; one more and the container is restarted.",
      { minimum: 0, default: 2 },
    ),
  },
);

const partitionPolicy = object<PartitionPolicyArgs>(
  "What becomes of a container whose agent the scheduler cannot reach. Left out, it is started elsewhere at once.",
  {
    reschedule: flag("Whether it is started elsewhere; if not, it is waited for.", { default: true }),
    delaySeconds: wholeNumber("Seconds that it is waited for before it is started elsewhere.", {
      minimum: 0,
      default: 0,
    }),
  },
);

const slaPolicy = object<SlaPolicyArgs>(
  "What must stay up while hosts are drained and, with `update.slaAware`, while the scheduler updates. Needs the tier `preferred`; `percentage` and `count` also 20 containers, as Aurora ships.",
  {
    percentage: positiveNumber("Containers in a hundred that must be RUNNING.", { example: 90 }),
    count: wholeNumber("Containers that must be RUNNING.", { minimum: 1, example: 25 }),
    durationSeconds: wholeNumber("Seconds for which a container must have been RUNNING to count.", {
      minimum: 0,
      default: 1800,
    }),
    coordinatorUrl: text("Address of a service that is asked before a container is ended.", {
      ...nonEmpty,
      example: "http://coordinator.example/sla",
    }),
    statusKey: text("Key of its answer that must be true.", { ...nonEmpty, default: "drain" }),
  },
  {
    exactlyOneOf: ["percentage", "count", "coordinatorUrl"],
    needs: { statusKey: ["coordinatorUrl"] },
    example: { percentage: 90 },
  },
);

const update = object<UpdateArgs>("The scheduler's rolling update, used by every change that restarts containers.", {
  batchSize: wholeNumber("Containers restarted at a time.", { minimum: 1, default: 1 }),
  watchSeconds: wholeNumber("Seconds a restarted container must stay RUNNING before it counts as done.", {
    minimum: 0,
    maximum: Math.floor((2 ** 31 - 1) / 1000),
    default: 45,
  }),
  maxPerInstanceFailures: wholeNumber("Failures of one container before it counts as failed.", {
    minimum: 0,
    default: 0,
  }),
  maxFailedInstances: wholeNumber("Failed containers that are put up with before the update as a whole fails.", {
    minimum: 0,
    default: 0,
  }),
  rollbackOnFailure: flag("Whether a failed update puts the old version back.", { default: true }),
  waitForBatchCompletion: flag("Whether a batch starts only when the one before is done with all its containers.", {
    default: false,
  }),
  pauseAfterBatch: flag(
    "Pause after each batch: `pulumi up` ends and tells so, the next one goes on with the next batch.",
    { default: false },
  ),
  slaAware: flag("Keep to `slaPolicy` while updating.", { default: false }),
  pulseSeconds: wholeNumber(
    "Seconds that the update goes on without a heartbeat of `pulumi up`; after them it holds until one comes. Left out, it needs none.",
    { minimum: 1, maximum: Math.floor((2 ** 31 - 1) / 1000), example: 60 },
  ),
  maxContainers: wholeNumber(
    "Containers that one change may restart, add or remove at most; a larger one is refused in the preview.",
    { minimum: 1, example: 20 },
  ),
});

const restartContainers = object<RestartContainersArgs>(
  "Restarts some containers as they are, `update.batchSize` at a time, whenever `trigger` changes.",
  {
    trigger: required(text("Any text; a change of it restarts them.", { example: "2024-06-01" })),
    containers: required(
      list("Numbers of the containers; 0 is the one with the TManager.", wholeNumber("A number.", { minimum: 0 }), {
        minItems: 1,
        example: [2],
      }),
    ),
  },
);

const timeouts = object<TimeoutArgs>(
  "How long the deployment waits before it gives up and tells the reason, in seconds. What runs by then goes on running.",
  {
    create: positiveNumber("Seconds until all containers of a new topology must be RUNNING and well.", {
      example: 600,
    }),
    update: positiveNumber("Seconds that a change may take, from its start to its last container.", { example: 1800 }),
    delete: positiveNumber("Seconds until all containers of a removed topology must be gone.", { example: 300 }),
  },
);

/** What may stand under every topology of a stack: all but that which makes it this one topology. */
export type TopologyDefaults = Omit<
  HeronTopologyArgs,
  "name" | "package" | "sha256" | "class" | "args" | "libraries" | "definition"
>;

export const defaultsFields: Fields<TopologyDefaults> = {
  jvmProperties: map(
    "Java system properties of the main (`-D`); the topology's own processes do not get them.",
    text("Value of the property; a number needs quotes."),
    { example: { "user.timezone": "UTC" } },
  ),
  verboseGc: flag(
    "Have the JVMs of the containers log their garbage collections, as `heron submit --verbose_gc` does.",
    { default: false },
  ),
  config: map(
    "Topology configuration laid over what the definition says, by Heron's key. Sizes are in bytes.",
    confValue("Value of the key."),
    { example: { "topology.container.ram": 4294967296 } },
  ),
  parallelism: map(
    "Heron instances by component, laid over the definition as `heron update` does: scaling restarts nothing else.",
    wholeNumber("Heron instances of the component.", { minimum: 1 }),
    { example: { word: 4, count: 2 } },
  ),
  containerNumber: wholeNumber(
    "Containers that the Heron instances are dealt to, container 0 not counted, as `heron update --container-number` does. Default: what the definition says, or in proportion to `parallelism`. For the round robin packings, since the others find it themselves.",
    { minimum: 1, example: 3 },
  ),
  scaling: choice(
    "Who says how many containers and Heron instances run, once the topology is submitted.",
    {
      document: "this document",
      outside:
        "somebody else, such as `heron update` or a health manager: containers and packing plan stay as they are found",
    },
    { default: "document" },
  ),
  packing: choice(
    "How Heron instances are packed into containers.",
    {
      RoundRobinPacking: "dealt out evenly over the number of containers asked for, as Heron ships for Aurora",
      RoundRobinPackingV2: "likewise, with ram, cpu and disk by component",
      ResourceCompliantRRPacking: "dealt out, with more containers where they would not fit",
      FirstFitDecreasingPacking: "as few containers as will do, the largest instances first",
    },
    { default: "RoundRobinPacking" },
  ),
  heronConfig: map(
    "Heron's own configuration for this topology alone, written to `override.yaml` (`--config-property` of `heron submit`).",
    confValue("Value of the key."),
    { example: { "heron.logging.maximum.size.mb": 50 } },
  ),
  state: choice(
    "Whether the topology processes tuples once it is up.",
    { running: "it does", deactivated: "its spouts are at rest, its containers stay" },
    { default: "running" },
  ),
  runtimeConfig: map(
    "Configuration of the running topology, by `key` or `component:key`, as `heron update --runtime-config` changes it: nothing restarts. What is taken out stays as set until the containers are packed anew.",
    confValue("Value of the key."),
    { keys: runtimeKey, example: { "topology.debug": true, "words:rate": 100 } },
  ),
  restart: text("Any text; a change of it restarts all containers, batch by batch.", { example: "2024-06-01" }),
  restartContainers,
  constraints: list("Rules for the hosts that containers may run on; all of them hold.", constraint, {
    example: [{ attribute: "host", limit: 1 }],
  }),
  dedicated: text(
    "Value of the `dedicated` attribute of the hosts that this job alone runs on. The role is the job's own, or `*`.",
    { ...dedicated, example: "heron/streaming" },
  ),
  tier: text(
    "Quality of service: `preferred` (needs quota, is not preempted), `preemptible`, `revocable`, or what the scheduler's tier file names. Default: the scheduler's own, `preemptible` as Aurora ships.",
    { ...identifier, example: "preemptible" },
  ),
  priority: wholeNumber("Order in which the role's pending jobs are placed and preempted: the greater goes first.", {
    default: 0,
  }),
  partitionPolicy,
  slaPolicy,
  container,
  gpus: wholeNumber("GPUs of each container; the scheduler must allow them (`-allow_gpu_resource`).", {
    minimum: 0,
    default: 0,
  }),
  fetcherUris: list(
    "Files that the Mesos fetcher puts into each container's sandbox, besides core and topology package; the scheduler must allow them (`-enable_mesos_fetcher`).",
    fetcherUri,
  ),
  taskLinks: map(
    "Addresses by name, on each container's page in Aurora; `%host%` and `%port:http%` stand for its own. Default: `http` and `health`, as Aurora makes them up.",
    text("An address.", taskLink),
    { example: { profiler: "http://%host%:%port:http%/pprof" } },
  ),
  metadata: map("Labels of the Aurora job, shown on its page.", text("Value of the label; a number needs quotes."), {
    example: { team: "streaming" },
  }),
  contact: text("Mail address told to Aurora as the job's contact.", { ...nonEmpty, example: "streaming@example.com" }),
  healthCheck,
  update,
  timeouts,
  adopt: flag("Take over a job of this key that somebody else submitted; otherwise such a job is an error.", {
    default: false,
  }),
  protect: flag(
    "Refuse to remove the topology: set it to `false` and deploy, then remove it. Default: where the stack is `production`.",
  ),
  retainOnDelete: flag("Leave job, state tree and packages where they are when the topology is removed.", {
    default: false,
  }),
};

/** What of a topology an environment may say otherwise: all but the name, by which it is found. */
export type TopologyOverlay = Partial<Omit<HeronTopologyArgs, "name">>;

const packageField = text(
  "The user's file with the topology's code, relative to this document: `.jar`, `.tar`, `.tar.gz`, `.pex`, `.so` or `.dylib`.",
  { ...topologyBinary, example: "wordcount.jar" },
);

export const overlayFields: Fields<TopologyOverlay> = {
  package: packageField,
  sha256: text(
    "SHA-256 that `package` must have, in lower-case hexadecimal digits: what was tried in one environment is what the next one runs. Another one stops the deployment before anything is touched.",
    { ...sha256, example: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
  ),
  class: text(
    "What emits the definition: the main class (jar, tar), the Python class or `-` (pex), the binary to run (so, dylib). Needed unless `definition` is given.",
    { ...nonEmpty, example: "org.example.WordCountTopology" },
  ),
  args: list("Arguments of the main, in order.", text("An argument; a number needs quotes."), {
    example: ["wordcount", "4"],
  }),
  libraries: list(
    "Jars that the main needs to emit its definition and its package does not hold, such as heron-api's, relative to this document. Containers do not get them.",
    text("A jar.", libraryFile),
    { example: ["heron-api-0.20.3-incubating.jar"] },
  ),
  definition: text(
    "A `.defn` that the main emitted before, relative to this document: it is used as it is and the main is not run.",
    { ...definitionFile, example: "wordcount.defn" },
  ),
  ...defaultsFields,
};

/** What a topology document may say: exactly {@link HeronTopologyArgs}. */
export const topologySchema = object<HeronTopologyArgs>(
  "One topology: a Heron topology and the Aurora job that runs it. File paths are relative to this document.",
  {
    name: required(
      text("Name of the topology and of its Aurora job. A change of it makes a new job and removes the old one.", {
        ...topologyName,
        example: "wordcount",
      }),
    ),
    ...overlayFields,
    package: required(packageField),
  },
  { anyOf: ["class", "definition"] },
);
