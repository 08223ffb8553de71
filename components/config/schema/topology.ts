import { mostInstances } from "../../heron/packing/most-instances";
import type { FetcherUriArgs, HealthCheckArgs, HeronTopologyArgs } from "../../topology-args";
import type { Fields } from "./build";
import { choice, confValue, flag, list, map, object, positiveNumber, required, text, wholeNumber } from "./build";
import { restartContainers, timeouts, update } from "./changes";
import { container } from "./container";
import { constraint, partitionPolicy, slaPolicy } from "./placement";
import {
  definitionFile,
  dedicated,
  fetcherUri as fetcherUriRule,
  identifier,
  libraryFile,
  metadataKey,
  nonEmpty,
  runtimeKey,
  sha256,
  taskLink,
  topologyBinary,
  topologyName,
} from "./rules";

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
    "Have the JVMs of the containers log their garbage collections, as `heron submit --verbose_gc` does; a change restarts them.",
    { default: false },
  ),
  config: map(
    "Topology configuration laid over what the definition says, by Heron's key. Sizes are in bytes.",
    confValue("Value of the key."),
    { example: { "topology.container.ram": 4294967296 } },
  ),
  parallelism: map(
    "Heron instances by component, laid over the definition as `heron update` does: scaling restarts nothing else.",
    wholeNumber("Heron instances of the component.", { minimum: 1, maximum: mostInstances }),
    { example: { word: 4, count: 2 } },
  ),
  containerNumber: wholeNumber(
    "Containers that the Heron instances are dealt to, container 0 not counted, as `heron update --container-number` does. Default: what the definition says, or in proportion to `parallelism`. For the round robin packings, since the others find it themselves.",
    { minimum: 1, maximum: mostInstances, example: 3 },
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
    keys: metadataKey,
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
