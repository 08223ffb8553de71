import assert from "node:assert/strict";
import { join } from "node:path";

import fc from "fast-check";
import { dump } from "js-yaml";

import { inspectCluster, inspectTopology } from "../../../components/config/inspect";
import { loadStack } from "../../../components/config/load";
import { DocumentError } from "../../../components/config/problem";
import type { Files } from "./documents";
import { goodFiles, withFiles, writeFiles } from "./documents";

type Step = string | number;
type Mutation = (document: unknown) => unknown;

const stack = {
  cluster: "west",
  role: "heron",
  environment: "prod",
  environmentPattern: "prod|qa\\d",
  owner: "ada",
  scheduler: {
    zookeeper: { servers: "zk1.example:2181", path: "/aurora/scheduler" },
    webUrl: "https://aurora.example",
  },
  state: { zookeeper: { servers: "zk1.example:2181/chroot", root: "/heron", digest: true } },
  artifacts: { directory: { path: "/mnt/heron/packages" } },
  core: { path: "../dist/heron-core.tar.gz", sha256: "0".repeat(64) },
  fetch: { core: "cp {{{uri}}} {{{file}}}", topology: "cp {{{uri}}} {{{file}}}" },
  javaHome: "/usr",
  conf: { "heron_internals.yaml": { "heron.logging.maximum.size.mb": 50 } },
  defaults: { config: { "topology.debug": true }, healthCheck: { intervalSeconds: 5 }, timeouts: { create: 600 } },
  topologies: ["topologies/*.yaml"],
};

const topology = {
  name: "wordcount",
  package: "wordcount.jar",
  class: "org.example.WordCount",
  args: ["a", "b"],
  jvmProperties: { "user.timezone": "UTC" },
  verboseGc: true,
  config: { "topology.container.ram": 4294967296 },
  parallelism: { word: 4, count: 2 },
  packing: "FirstFitDecreasingPacking",
  state: "deactivated",
  constraints: [
    { attribute: "rack", values: ["a"], negated: true },
    { attribute: "host", limit: 1 },
  ],
  dedicated: "*/streaming",
  container: { mesos: { image: { docker: { name: "jre", tag: "8" } }, volumes: [] } },
  gpus: 1,
  fetcherUris: [{ uri: "hdfs:///models.tar.gz", extract: true, outputFile: "models.tar.gz" }],
  taskLinks: { threads: "http://%host%:%port:http%/threads" },
  update: { batchSize: 2, rollbackOnFailure: false },
};

const names = fc.constantFrom(
  "password",
  "name",
  "rolle",
  "container",
  "<<",
  "__proto__",
  "constructor",
  "",
  "0",
  "a/b~c",
);
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(Number.NaN, Infinity, -0, 2 ** 53, null, "../.."),
);

/** The places of all values in a document, its top included. */
function placesIn(value: unknown, place: readonly Step[] = []): readonly (readonly Step[])[] {
  if (typeof value !== "object" || value === null) return [place];
  const isList = Array.isArray(value);
  return [
    place,
    ...Object.entries(value).flatMap(([key, item]) => placesIn(item, [...place, isList ? Number(key) : key])),
  ];
}

/** A copy of `value` with what stands at `place` replaced by the entries that `change` gives, none or several. */
function changedAt(
  value: unknown,
  place: readonly Step[],
  change: (key: Step, item: unknown) => readonly (readonly [Step, unknown])[],
): unknown {
  const [step, ...rest] = place;
  if (step === undefined || typeof value !== "object" || value === null) return change("", value)[0]?.[1];
  const entries = Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    if (key !== String(step)) return [[key, item] as const];
    return rest.length === 0 ? change(key, item) : [[key, changedAt(item, rest, change)] as const];
  });
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

function mutation(document: unknown): fc.Arbitrary<Mutation> {
  const place = fc.constantFrom(...placesIn(document));
  return fc.oneof(
    place.map(
      (at): Mutation =>
        (from) =>
          changedAt(from, at, () => []),
    ),
    fc.tuple(place, names).map(
      ([at, name]): Mutation =>
        (from) =>
          changedAt(from, at, (_, item) => [[name, item]]),
    ),
    fc.tuple(place, names, anything).map(
      ([at, name, added]): Mutation =>
        (from) =>
          changedAt(from, at, (key, item) => [
            [key, item],
            [name, added],
          ]),
    ),
    fc.tuple(place, anything).map(
      ([at, value]): Mutation =>
        (from) =>
          changedAt(from, at, (key) => [[key, value]]),
    ),
    place.map(
      (at): Mutation =>
        (from) =>
          changedAt(from, at, (key, item) => [[key, [item]]]),
    ),
    place.map(
      (at): Mutation =>
        (from) =>
          changedAt(from, at, (key, item) => [[key, { item }]]),
    ),
  );
}

/** A document's text after some mutations of its data. */
function mutant(document: unknown): fc.Arbitrary<string> {
  return fc
    .array(mutation(document), { maxLength: 3 })
    .map((mutations) => dump(mutations.reduce((value, mutate) => mutate(value), document)));
}

/** A text cut short, or with some characters of YAML's own put in. */
function damaged(text: string): fc.Arbitrary<string> {
  const at = fc.nat({ max: text.length });
  const marks = fc.constantFrom(
    "\t",
    "- ",
    ": ",
    "&a ",
    "*a ",
    "!!x ",
    "---\n",
    "{",
    "]",
    "'",
    "\u0000",
    "%",
    "\ufeff",
    "<<: ",
  );
  return fc.oneof(
    at.map((end) => text.slice(0, end)),
    fc.tuple(at, marks).map(([index, mark]) => text.slice(0, index) + mark + text.slice(index)),
    fc.string(),
  );
}

function assertValidOrExplained(root: string, files: Files): "valid" | "explained" {
  writeFiles(root, files);
  try {
    const { cluster, topologies } = loadStack(join(root, "stacks", "prod.yaml"));
    assert.deepEqual(inspectCluster(cluster).findings, []);
    for (const { args } of topologies) assert.deepEqual(inspectTopology(args, cluster.role).findings, []);
    return "valid";
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    assert.ok(error.problems.length > 0);
    for (const problem of error.problems) {
      assert.match(problem.file, /^(stacks|dist)\//);
      assert.notEqual(problem.path, "");
      assert.notEqual(problem.message.trim(), "");
      assert.ok(!problem.message.includes(root), problem.message);
    }
    return "explained";
  }
}

describe("A mutated document", function () {
  this.timeout(60_000);

  const whole = { "stacks/prod.yaml": dump(stack), "stacks/topologies/wordcount.yaml": dump(topology) };
  const cases: readonly (readonly [what: string, files: fc.Arbitrary<Files>])[] = [
    ["stack document with other data", mutant(stack).map((text) => ({ ...whole, "stacks/prod.yaml": text }))],
    [
      "topology document with other data",
      mutant(topology).map((text) => ({ ...whole, "stacks/topologies/wordcount.yaml": text })),
    ],
    ["stack document with damaged text", damaged(dump(stack)).map((text) => ({ ...whole, "stacks/prod.yaml": text }))],
    [
      "topology document with damaged text",
      damaged(dump(topology)).map((text) => ({ ...whole, "stacks/topologies/wordcount.yaml": text })),
    ],
  ];
  for (const [what, files] of cases) {
    it(`is valid or has its problems told: ${what}`, () => {
      withFiles(goodFiles, (root) => {
        const seen = new Set<string>();
        fc.assert(
          fc.property(files, (mutated) => {
            seen.add(assertValidOrExplained(root, mutated));
          }),
          { numRuns: 400 },
        );
        assert.deepEqual([...seen].sort(), ["explained", "valid"]);
      });
    });
  }

  it("is valid before it is one", () => {
    withFiles(goodFiles, (root) => {
      assert.equal(assertValidOrExplained(root, whole), "valid");
    });
  });
});
