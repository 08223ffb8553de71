import assert from "node:assert/strict";

import { inspectCluster, inspectTopology } from "../../../components/config/inspect";
import { formatPath } from "../../../components/finding";
import type { Validated } from "../../../components/config/validate";

const cluster = {
  cluster: "west",
  role: "heron",
  environment: "prod",
  scheduler: { url: "https://aurora.example:8081" },
  state: { local: { root: "/mnt/heron/state" } },
  artifacts: { directory: { path: "/mnt/heron/packages" } },
  core: { path: "heron-core.tar.gz" },
};
const topology = { name: "wordcount", package: "wordcount.jar", class: "org.example.WordCount" };

function lines({ findings }: Validated<unknown>): readonly string[] {
  return findings.map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

const identifiers = "letters, digits, '_', '-' and '.' alone, 1 to 255 of them, as Aurora's identifiers are";
const name = "letters, digits, '_' and '-' alone, 1 to 255 of them (Heron takes no '.' or '/', Aurora no blanks)";
const zookeeper = "hosts as host:port,host:port";
const url = "an address http://host:port or https://host:port, without user, password or query";

describe("What is said of a cluster's arguments", () => {
  const cases: readonly (readonly [what: string, change: object, ...lines: string[]])[] = [
    ["a role with a blank", { role: "he ron" }, `role: expected ${identifiers}, found 'he ron'`],
    ["a cluster with a slash", { cluster: "a/b" }, `cluster: expected ${identifiers}, found 'a/b'`],
    ["an empty owner", { owner: "" }, `owner: expected ${identifiers}, found ''`],
    ["a role of 256", { role: "r".repeat(256) }, `role: expected ${identifiers}, found '${"r".repeat(60)}…'`],
    [
      "an environment that the scheduler's default pattern refuses",
      { environment: "local" },
      "environment: expected an environment that the scheduler takes (^(prod|devel|test|staging\\d*)$), found 'local'; if yours takes others (-allowed_job_environments), say so in 'environmentPattern'",
    ],
    [
      "an environment that only a part of the pattern matches",
      { environment: "production", environmentPattern: "prod" },
      "environment: expected an environment that the scheduler takes (prod), found 'production'; if yours takes others (-allowed_job_environments), say so in 'environmentPattern'",
    ],
    [
      "a pattern that is none",
      { environmentPattern: "(" },
      "environmentPattern: expected a regular expression, found '('",
    ],
    [
      "no scheduler",
      { scheduler: {} },
      "scheduler: expected exactly one of 'url', 'zookeeper' and 'local', found none",
    ],
    [
      "two schedulers",
      { scheduler: { url: "http://a:1", zookeeper: { servers: "zk:2181" } } },
      "scheduler: expected exactly one of 'url', 'zookeeper' and 'local', found 'url' and 'zookeeper'",
    ],
    ["an address without scheme", { scheduler: { url: "a:1" } }, `scheduler.url: expected ${url}, found 'a:1'`],
    [
      "an address with a password",
      { scheduler: { url: "https://ada:sesame@a:1" } },
      `scheduler.url: expected ${url}, found a text with '@' (not shown: it may hold a password)`,
    ],
    [
      "ZooKeeper hosts as a list",
      { scheduler: { zookeeper: { servers: ["a"] } } },
      `scheduler.zookeeper.servers: expected ${zookeeper}, found a list`,
    ],
    [
      "ZooKeeper hosts with blanks",
      { scheduler: { zookeeper: { servers: "a:1, b:1" } } },
      `scheduler.zookeeper.servers: expected ${zookeeper}, found 'a:1, b:1'`,
    ],
    ["no state tree", { state: {} }, "state: expected exactly one of 'zookeeper' and 'local', found none"],
    [
      "two state trees",
      { state: { zookeeper: { servers: "a:1/chroot", root: "/heron/" }, local: { root: "state" } } },
      "state: expected exactly one of 'zookeeper' and 'local', found 'zookeeper' and 'local'",
      "state.zookeeper.root: expected a ZooKeeper path that starts with / and does not end in one, nor has . or .. in it, found '/heron/'",
      "state.local.root: expected an absolute path, as the agents see it, found 'state'",
    ],
    [
      "no artifact store",
      { artifacts: {} },
      "artifacts: expected exactly one of 'directory', 's3' and 'hdfs', found none",
    ],
    [
      "a relative store",
      { artifacts: { directory: { path: "packages" } } },
      "artifacts.directory.path: expected an absolute path, as the agents see it, found 'packages'",
    ],
    [
      "a secret where a path is expected",
      { javaHome: "password=sesame" },
      "javaHome: expected an absolute path, as the agents see it, found a text that may hold a secret (not shown)",
    ],
    [
      "a relative Java home",
      { javaHome: "jre" },
      "javaHome: expected an absolute path, as the agents see it, found 'jre'",
    ],
    [
      "a core package that is no tar.gz, with half a checksum",
      { core: { path: "core.zip", sha256: "ABCD" } },
      "core.path: expected a file that ends in .tar.gz or .tgz, found 'core.zip'",
      "core.sha256: expected a SHA-256 of 64 lower-case hexadecimal digits, found 'ABCD'",
    ],
    [
      "a checksum that YAML reads as a number",
      { core: { path: "core.tar.gz", sha256: 12 } },
      "core.sha256: expected a SHA-256 of 64 lower-case hexadecimal digits, found 12",
    ],
    [
      "a way to fetch that there is not",
      { fetch: "wget" },
      "fetch: expected 'copy', 'aws', 'curl', 'hdfs' or a map of 'core' and 'topology', found 'wget'",
    ],
    [
      "half a way to fetch",
      { fetch: { core: "cp" } },
      "fetch.topology: required: expected a text that is not empty, found nothing",
    ],
    [
      "two commands to fetch that would break what they become a part of",
      { fetch: { core: "cp '{{{uri}}} {{{file}}}", topology: "cp {{{uri}}} {{{file}}} # it's slow" } },
      "fetch.core: expected a whole command, found a ' that is not closed",
      "fetch.topology: expected a command at its end, found a comment: 'cp {{{uri}}} {{{file}}} # it's slow'",
    ],
    [
      "a conf file that is no YAML",
      { conf: { "heron.aurora": { a: 1 } } },
      "conf[\"heron.aurora\"]: expected the name of a YAML file of the Heron conf dir, such as heron_internals.yaml, found 'heron.aurora'",
    ],
    [
      "a conf value that is nothing",
      { conf: { "client.yaml": { a: null } } },
      'conf["client.yaml"].a: expected text or a number or true or false or a list or a map, found nothing',
    ],
    [
      "a state tree that heron has no credentials to write to",
      { submitter: "heron-cli", state: { zookeeper: { servers: "zk1:2181", digest: true } } },
      "state.zookeeper.digest: heron has no credentials for the state tree, so its submit, update and kill, which write to it, fail; leave 'submitter: heron-cli' out, or 'digest'",
    ],
    ["a key in other letters", { java_home: "/usr" }, "java_home: unknown key; did you mean 'javaHome'?"],
    ...(
      [
        ["a port that is none", { scheduler: { url: "http://a:808111" } }, "scheduler.url", "'http://a:808111'"],
        ["a host that is none", { ui: "http://[::1" }, "ui", "'http://[::1'"],
        [
          "a namenode that is none",
          { artifacts: { hdfs: { path: "/h", namenodes: ["http://a:1", "http://1.2.3.400"] } } },
          "artifacts.hdfs.namenodes[1]",
          "'http://1.2.3.400'",
        ],
      ] as const
    ).map(
      ([what, change, place, found]) =>
        [
          what,
          change,
          `${place}: expected an address of a host and, if any, a port up to 65535, found ${found}`,
        ] as const,
    ),
    [
      "a chroot after each ZooKeeper host",
      { state: { zookeeper: { servers: "a:1/x,b:1/x" } } },
      "state.zookeeper.servers: expected hosts as host:port,host:port with an optional /chroot after the last, found 'a:1/x,b:1/x'",
    ],
    [
      "a ZooKeeper port that is none",
      { state: { zookeeper: { servers: "a:1,b:99999/x" } } },
      "state.zookeeper.servers: 'b:99999' in the ZooKeeper host list 'a:1,b:99999/x' is no server: expected host:port,host:port, with an optional /chroot at the end (an IPv6 address needs a host name).",
    ],
    ["a key a level too high", { sha256: "ab" }, "sha256: unknown key; did you mean 'core.sha256'?"],
    [
      "a key like no other",
      { core: { path: "core.tar.gz", owner: "ada" } },
      "core.owner: unknown key; known here: path, url, sha256, host",
    ],
    [
      "metadata of two for one heron.aurora",
      {
        heronAurora: "mine.aurora",
        submitter: "heron-cli",
        conf: { "scheduler.yaml": { "heron.scheduler.properties": "heron.aurora,a" } },
      },
      'conf["scheduler.yaml"]["heron.scheduler.properties"]: with \'submitter: heron-cli\' and a heronAurora this is ours, since it marks the job; leave it out, and write your metadata into the heron.aurora',
    ],
    ["an empty value", { scheduler: null }, "scheduler: expected a map, found nothing"],
  ];
  for (const [what, change, ...expected] of cases) {
    it(`tells of ${what}`, () => {
      assert.deepEqual(lines(inspectCluster({ ...cluster, ...change })), expected);
    });
  }

  it("is nothing when they are right", () => {
    assert.deepEqual(inspectCluster(cluster), { value: cluster, findings: [] });
    assert.deepEqual(lines(inspectCluster({ ...cluster, environment: "qa7", environmentPattern: "qa\\d" })), []);
  });

  it("tells of each that is required", () => {
    assert.deepEqual(
      lines(inspectCluster({})).map((line) => line.split(": ").slice(0, 2)),
      Object.keys(cluster).map((key) => [key, "required"]),
    );
  });
});

describe("What is said of a topology's arguments", () => {
  const cases: readonly (readonly [what: string, change: object, ...lines: string[]])[] = [
    ["a name with a dot", { name: "word.count" }, `name: expected ${name}, found 'word.count'`],
    ["a name with a slash", { name: "word/count" }, `name: expected ${name}, found 'word/count'`],
    ["a name with a blank", { name: "word count" }, `name: expected ${name}, found 'word count'`],
    ["a name that YAML reads as a number", { name: 42 }, `name: expected ${name}, found 42 (put it in quotes)`],
    [
      "a text of a program's that nothing can be handed",
      { args: ["a\0b"], config: { half: "\ud83d", whole: "\ud83d\ude00" } },
      ...["args[0]", "config.half"].map(
        (place) =>
          `${place}: expected text, found one with \\0 or half of a character (\\uD800 to \\uDFFF) in it: take that out`,
      ),
    ],
    [
      "labels by which a job is known for this project's",
      { metadata: { team: "streaming", "heron-aurora/task": "mine" } },
      "metadata[\"heron-aurora/task\"]: expected a label of your own (those that begin with heron-aurora/ are this project's), found 'heron-aurora/task'",
    ],
    [
      "a package of a kind that Heron does not run",
      { package: "wordcount.zip" },
      "package: expected a file that ends in .jar, .tar, .tar.gz, .pex, .so or .dylib, found 'wordcount.zip'",
    ],
    [
      "a definition that is none",
      { definition: "a.json" },
      "definition: expected a file that ends in .defn, found 'a.json'",
    ],
    [
      "a count and a switch in quotes",
      { parallelism: { word: "4" }, adopt: "true" },
      "parallelism.word: expected a whole number of at least 1, found '4' (take its quotes away)",
      "adopt: expected true or false, found 'true' (take its quotes away)",
    ],
    ["a block of text, in one line", { tier: "preferred\n" }, `tier: expected ${identifiers}, found 'preferred\\n'`],
    ["an argument that is a number", { args: ["a", 4] }, "args[1]: expected text, found 4 (put it in quotes)"],
    ["arguments that are one text", { args: "a b" }, "args: expected a list, found 'a b'"],
    [
      "parallelism that is none",
      { parallelism: { a: 0, b: 1.5, c: "2" } },
      "parallelism.a: expected a whole number of at least 1, found 0",
      "parallelism.b: expected a whole number of at least 1, found 1.5",
      "parallelism.c: expected a whole number of at least 1, found '2' (take its quotes away)",
    ],
    [
      "a number beyond Thrift's i32",
      { priority: 2 ** 31 },
      "priority: expected a number of at most 2147483647, found 2147483648",
    ],
    [
      "a packing algorithm that there is not",
      { packing: "RoundRobin" },
      "packing: expected 'RoundRobinPacking', 'RoundRobinPackingV2', 'ResourceCompliantRRPacking' or 'FirstFitDecreasingPacking', found 'RoundRobin'",
    ],
    ["a state that is a truth", { state: true }, "state: expected 'running' or 'deactivated', found true"],
    [
      "configuration that is a list",
      { config: { "topology.debug": [] } },
      'config["topology.debug"]: expected text or a number or true or false, found an empty list',
    ],
    [
      "constraints of no kind and of both",
      { constraints: [{ attribute: "rack" }, { attribute: "rack", values: ["a"], limit: 1 }] },
      "constraints[0]: expected exactly one of 'values' and 'limit', found none",
      "constraints[1]: expected exactly one of 'values' and 'limit', found 'values' and 'limit'",
    ],
    [
      "constraints without values, negated without them, and limits of none",
      {
        constraints: [
          { attribute: "rack", values: [] },
          { attribute: "host", limit: 0, negated: true },
        ],
      },
      "constraints[0].values: expected a list of at least 1, found an empty list",
      "constraints[1].negated: needs 'values' beside it",
      "constraints[1].limit: expected a whole number of at least 1, found 0",
    ],
    [
      "dedicated hosts without a role",
      { dedicated: "streaming" },
      "dedicated: expected role/name or */name, found 'streaming'",
    ],
    [
      "hosts dedicated to another role",
      { dedicated: "ads/streaming" },
      "dedicated: expected hosts of the stack's own role, 'heron/…', or of all, '*/…', found 'ads/streaming'",
    ],
    ["a tier with a blank", { tier: "very good" }, `tier: expected ${identifiers}, found 'very good'`],
    [
      "a container of no kind",
      { container: {} },
      "container: expected exactly one of 'docker' and 'mesos', found none",
    ],
    [
      "a volume mode that there is not",
      { container: { mesos: { volumes: [{ containerPath: "/a", hostPath: "/b", mode: "rw" }] } } },
      "container.mesos.volumes[0].mode: expected 'RO' or 'RW', found 'rw'",
    ],
    [
      "a file to fetch by an address with a password",
      { fetcherUris: [{ uri: "https://ada:s3cr3t@packages.example.com/models.tar.gz" }] },
      "fetcherUris[0].uri: expected an address without user, password or query, such as " +
        "https://packages.example.com/models.tar.gz, or a path on the agents, " +
        "found a text with '@' (not shown: it may hold a password)",
    ],
    ["half a GPU", { gpus: 0.5 }, "gpus: expected a whole number of at least 0, found 0.5"],
    [
      "a link that is no address",
      { taskLinks: { threads: "%host%/threads" } },
      "taskLinks.threads: expected an http or https address without user and password, such as " +
        "http://%host%:%port:http%/threads, found '%host%/threads'",
    ],
    [
      "an update in batches of none",
      { update: { batchSize: 0 } },
      "update.batchSize: expected a whole number of at least 1, found 0",
    ],
    [
      "a watch that Aurora's milliseconds cannot hold",
      { update: { watchSeconds: 3e6 } },
      "update.watchSeconds: expected a number of at most 2147483, found 3000000",
    ],
    [
      "timeouts of none",
      { timeouts: { create: 0, update: -1 } },
      "timeouts.create: expected a number above 0, found 0",
      "timeouts.update: expected a number above 0, found -1",
    ],
    [
      "a health check without pause",
      { healthCheck: { intervalSeconds: 0 } },
      "healthCheck.intervalSeconds: expected a number above 0, found 0",
    ],
    ["a truth in words", { adopt: "yes" }, "adopt: expected true or false, found 'yes'"],
    ["a number that is none", { priority: Number.NaN }, "priority: expected a whole number, found NaN"],
    ["a misspelt key", { paralelism: {} }, "paralelism: unknown key; did you mean 'parallelism'?"],
    [
      "a misspelt key inside",
      { update: { "batch-size": 2 } },
      "update.batch-size: unknown key; did you mean 'batchSize'?",
    ],
    [
      "an argument that holds a secret",
      { args: ["--db-password=s3cr3t"] },
      "args[0]: looks like a secret, and could be read in the package, the state tree and the Aurora job: take it out, and " +
        "let the topology read it on the agents, from a file or a secret store",
    ],
    ["a key of a map it belongs to", { batchSize: 2 }, "batchSize: unknown key; did you mean 'update.batchSize'?"],
  ];
  for (const [what, change, ...expected] of cases) {
    it(`tells of ${what}`, () => {
      assert.deepEqual(lines(inspectTopology({ ...topology, ...change }, "heron")), expected);
    });
  }

  it("tells that a class or a definition is needed, and takes either", () => {
    const { class: mainClass, ...bare } = topology;
    assert.deepEqual(lines(inspectTopology(bare, "heron")), [
      "(document): expected 'class' or 'definition', found none",
    ]);
    assert.deepEqual(lines(inspectTopology({ ...bare, class: mainClass }, "heron")), []);
    assert.deepEqual(lines(inspectTopology({ ...bare, definition: "wordcount.defn" }, "heron")), []);
  });

  it("tells what is no map at all", () => {
    assert.deepEqual(lines(inspectTopology([], "heron")), ["(document): expected a map, found an empty list"]);
    assert.deepEqual(lines(inspectTopology("wordcount", "heron")), ["(document): expected a map, found 'wordcount'"]);
  });

  it("is nothing where hosts are dedicated to the role, or to all", () => {
    for (const dedicated of ["heron/streaming", "*/streaming"]) {
      assert.deepEqual(lines(inspectTopology({ ...topology, dedicated }, "heron")), []);
    }
  });
});

describe("formatPath", () => {
  it("writes a place as one would in a program", () => {
    assert.equal(formatPath([]), "(document)");
    assert.equal(formatPath(["update", "batchSize"]), "update.batchSize");
    assert.equal(formatPath(["constraints", 0, "limit"]), "constraints[0].limit");
    assert.equal(formatPath(["config", "topology.debug"]), 'config["topology.debug"]');
    assert.equal(formatPath([""]), '[""]');
  });
});
