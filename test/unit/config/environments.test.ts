import assert from "node:assert/strict";
import { join } from "node:path";

import fc from "fast-check";

import { isEnabled } from "../../../components/config/enabled";
import { leafPaths, mergeLayers, originOf } from "../../../components/config/layers";
import { loadStack } from "../../../components/config/load";
import { type ExplainedValue, explainStack } from "../../../components/config/provenance";
import { scaled } from "../../../components/config/scale";
import type { Files } from "./documents";
import { goodFiles, problemLines, stackYaml, topologyYaml, withFiles } from "./documents";

const ownYaml = "environment: prod\n";
const sharedYaml = stackYaml.replace(ownYaml, "");

/** A stack that shares all but its environment. */
const shared: Files = { ...goodFiles, "stacks/defaults.yaml": sharedYaml, "stacks/prod.yaml": ownYaml };

function from<T>(files: Files, body: (path: string) => T): T {
  return withFiles({ ...shared, ...files }, (root) => body(join(root, "stacks", "prod.yaml")));
}

function linesFrom(files: Files): readonly string[] {
  return problemLines(() => from(files, loadStack));
}

const topologies = {
  "stacks/topologies/wordcount.yaml": `${topologyYaml}parallelism: { word: 5, count: 2 }\nupdate: { watchSeconds: 9 }\n`,
  "stacks/topologies/other.yaml": topologyYaml.replace("name: wordcount", "name: ads-clicks"),
};

describe("Environments that share documents", () => {
  it("are what one document with all of it would be", () => {
    const one = withFiles(goodFiles, (root) => loadStack(join(root, "stacks", "prod.yaml")));
    const two = from({}, loadStack);
    assert.deepEqual([two.cluster, two.topologies[0]?.args], [one.cluster, one.topologies[0]?.args]);
  });

  it("merge maps key by key, and replace what is of another kind", () => {
    const { cluster, topologies: all } = from(
      {
        "stacks/defaults.yaml": `${sharedYaml}defaults: { update: { watchSeconds: 5, batchSize: 2 } }\n`,
        "stacks/prod.yaml": `${ownYaml}scheduler: { webUrl: "https://aurora.example" }
state: { local: { root: /state } }
defaults: { update: { batchSize: 3 } }\n`,
      },
      loadStack,
    );
    assert.deepEqual(cluster.scheduler, { url: "https://aurora.example:8081", webUrl: "https://aurora.example" });
    assert.deepEqual(cluster.state, { local: { root: "/state" } });
    assert.deepEqual(all[0]?.args.update, { watchSeconds: 5, batchSize: 3 });
  });

  it("run the topologies they name, each with what is said of it there", () => {
    const { cluster, topologies: all } = from(
      {
        ...topologies,
        "stacks/defaults.yaml": `${sharedYaml}overlays: { wordcount: { parallelism: { count: 7 }, priority: 1 } }\n`,
        "stacks/prod.yaml": `${ownYaml}only: ["word*", "ads-*"]\nexcept: ["*clicks"]\nscale: 0.5
overlays: { wordcount: { update: { batchSize: 4 } } }\n`,
      },
      loadStack,
    );
    assert.deepEqual(
      all.map(({ args: { name, parallelism, update, priority } }) => ({ name, parallelism, update, priority })),
      [
        {
          name: "wordcount",
          parallelism: { word: 3, count: 7 },
          update: { watchSeconds: 9, batchSize: 4 },
          priority: 1,
        },
      ],
    );
    assert.deepEqual(
      Object.keys(cluster).filter((key) => ["only", "except", "scale", "overlays"].includes(key)),
      [],
    );
  });

  it("take the files of an overlay from where the overlay stands", () => {
    const { topologies: all } = from(
      {
        "dist/next.jar": "",
        "stacks/prod.yaml": `${ownYaml}overlays: { wordcount: { package: ../dist/next.jar } }\n`,
      },
      loadStack,
    );
    assert.equal(all[0]?.args.package, "../../dist/next.jar");
  });

  it("tell what is wrong of the document that says it, once", () => {
    assert.deepEqual(
      linesFrom({
        ...topologies,
        "stacks/defaults.yaml": `${sharedYaml}javaHome: usr\nrol: x\n`,
        "stacks/prod.yaml": `${ownYaml}only: [wordcuont]\noverlays: { ads-click: {}, wordcount: { package: none.jar, update: { batchSize: 0 } } }\n`,
      }).map((line) => line.replace(/; .*|, found.*/, "")),
      [
        "stacks/defaults.yaml: rol: unknown key",
        "stacks/defaults.yaml: javaHome: expected an absolute path, as the agents see it",
        "stacks/prod.yaml: overlays.wordcount.update.batchSize: expected a whole number of at least 1",
        "stacks/prod.yaml: only[0]: expected the name of a topology of this stack",
        "stacks/prod.yaml: overlays.ads-click: expected the name of a topology of this stack",
        "stacks/prod.yaml: overlays.wordcount.package: expected a file (paths are relative to the document)",
      ],
    );
    assert.deepEqual(
      linesFrom({
        ...topologies,
        "stacks/prod.yaml": `${ownYaml}only: [wordcuont]\nexcept: ["x*"]\noverlays: { ads-click: {} }\n`,
      }),
      [
        "stacks/prod.yaml: only[0]: expected the name of a topology of this stack, found 'wordcuont'; did you mean 'wordcount'?",
        "stacks/prod.yaml: except[0]: expected the name of a topology of this stack, found 'x*'; known here: ads-clicks, wordcount",
        "stacks/prod.yaml: overlays.ads-click: expected the name of a topology of this stack, found 'ads-click'; did you mean 'ads-clicks'?",
      ],
    );
    assert.deepEqual(
      linesFrom({
        "stacks/topologies/wordcount.yaml": "name: [",
        "stacks/prod.yaml": `${ownYaml}only: [wordcount]\nexcept: ["a b", 5]\noverlays: { wordcount: {} }\n`,
      }).map((line) => line.replace(/: expected.*/, "")),
      [
        "stacks/prod.yaml: except[0]",
        "stacks/prod.yaml: except[1]",
        "stacks/topologies/wordcount.yaml: line 2, column 1",
      ],
      "no name is unknown while a document cannot be read",
    );
    assert.deepEqual(
      linesFrom({ "stacks/prod.yaml": `${ownYaml}topologies: [x/*.yaml]\nonly: [wordcount]\n` }),
      [
        "stacks/prod.yaml: topologies[0]: expected topology documents, found no file that matches 'x/*.yaml' (`topologies: []` is for none)",
      ],
      "nor while a glob finds none",
    );
    const [lacking = ""] = linesFrom({ "stacks/defaults.yaml": sharedYaml.replace("role: heron\n", "") });
    assert.match(lacking, /^stacks\/prod\.yaml: role: required: .*, found nothing$/);
  });

  it("cannot have the name of what they share", () => {
    const lines = problemLines(() => withFiles(shared, (root) => loadStack(join(root, "stacks", "defaults.yaml"))));
    assert.match(lines[0] ?? "", /^stacks\/defaults\.yaml: .*give the stack another name$/);
  });
});

describe("The origin of a stack's values", () => {
  it("is the document that says it, with the place there and what has scaled it", () => {
    const explained = from(
      {
        ...topologies,
        "stacks/defaults.yaml": `${sharedYaml}defaults: { update: { batchSize: 2 } }\n`,
        "stacks/prod.yaml": `${ownYaml}scale: 2\noverlays: { wordcount: { parallelism: { count: 7 } } }\n`,
      },
      (path) => explainStack(loadStack(path)),
    );
    assert.deepEqual(
      explained.cluster.flatMap(({ path, document }) => (document === undefined ? [] : [`${path} ${document}`])),
      [
        "cluster stacks/defaults.yaml",
        "role stacks/defaults.yaml",
        "scheduler.url stacks/defaults.yaml",
        "state.zookeeper.servers stacks/defaults.yaml",
        "artifacts.directory.path stacks/defaults.yaml",
        "core.path stacks/defaults.yaml",
        "environment stacks/prod.yaml",
      ],
    );
    const own = explained.topologies.wordcount ?? [];
    const document = "stacks/topologies/wordcount.yaml";
    assert.deepEqual(
      own.filter(({ path, document: said }) => /^(update|parallelism)/.test(path) && said !== undefined),
      [
        {
          path: "update.batchSize",
          value: 2,
          document: "stacks/defaults.yaml",
          at: "defaults.update.batchSize",
        },
        { path: "update.watchSeconds", value: 9, document, at: "update.watchSeconds" },
        { path: "parallelism.word", value: 10, document, at: "parallelism.word", scale: 2 },
        {
          path: "parallelism.count",
          value: 7,
          document: "stacks/prod.yaml",
          at: "overlays.wordcount.parallelism.count",
        },
      ],
    );
  });

  it("is no document where none says it: those are told as defaults, of objects that are there and of those that always count", () => {
    const { cluster, topologies: all } = from(
      { ...topologies, "stacks/defaults.yaml": sharedYaml, "stacks/prod.yaml": ownYaml },
      (path) => explainStack(loadStack(path)),
    );
    const defaults = (values: readonly ExplainedValue[]) =>
      new Map(values.flatMap(({ path, value, document }) => (document === undefined ? [[path, value]] : [])));
    const [ofCluster, ofTopology] = [defaults(cluster), defaults(all.wordcount ?? [])];
    assert.equal(ofCluster.get("submitter"), "native");
    assert.equal(ofCluster.get("state.zookeeper.root"), "/heron");
    assert.ok(!ofCluster.has("artifacts.s3.prefix"), "there is no bucket");
    assert.equal(ofTopology.get("update.batchSize"), 1);
    assert.equal(ofTopology.get("healthCheck.intervalSeconds"), 10);
    assert.ok(!ofTopology.has("update.watchSeconds"), "a document says it");
  });

  it("is, for every value of a merged whole, the last document that has it, where it has that value", () => {
    const plain = { noNullPrototype: true };
    const key = fc.constantFrom("a", "b", "c");
    const maps = fc.dictionary(
      key,
      fc.oneof(fc.integer(), fc.dictionary(key, fc.oneof(fc.integer(), fc.array(fc.integer())), plain)),
      plain,
    );
    fc.assert(
      fc.property(fc.array(maps, { minLength: 1, maxLength: 4 }), (values) => {
        const layers = values.map((value, index) => ({ document: String(index), at: [], value }));
        const merged = mergeLayers(layers);
        for (const path of leafPaths(merged)) {
          if (path.length === 0) continue;
          const { document } = originOf(layers, path);
          const at = (value: unknown): unknown =>
            path.reduce((inner: unknown, step) => (inner as Record<string, unknown> | undefined)?.[step], value);
          assert.deepEqual(at(values[Number(document)]), at(merged));
          assert.deepEqual(
            values.slice(Number(document) + 1).filter((later) => at(later) !== undefined),
            [],
          );
        }
      }),
    );
  });
});

describe("The size of an environment", () => {
  it("is rounded up, never below one instance, and exact where it was said", () => {
    assert.deepEqual(scaled({ a: 4, b: 1, c: 10, d: 3 }, 0.5, { d: 3 }), { a: 2, b: 1, c: 5, d: 3 });
    // As a double, 100 × 1.1 is a trifle above 110.
    assert.deepEqual(scaled({ a: 100 }, 1.1), { a: 110 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0.001, max: 100, noNaN: true }),
        (count, factor) => {
          const { a = 0 } = scaled({ a: count }, factor);
          assert.ok(Number.isInteger(a) && a >= 1 && Math.abs(a - count * factor) < 1.001);
          assert.deepEqual(scaled({ a: count }, 1), { a: count });
        },
      ),
    );
  });

  it("leaves topologies out by name and pattern, of which the characters mean themselves", () => {
    assert.equal(isEnabled("a-b", { only: ["a*"] }), true);
    assert.equal(isEnabled("ba", { only: ["a*"] }), false);
    assert.equal(isEnabled("a-b", { only: ["a*"], except: ["*-b"] }), false);
    assert.equal(isEnabled("ab", {}), true);
  });
});
