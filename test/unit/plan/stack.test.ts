import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadStack } from "../../../components/config/load";
import { DocumentError } from "../../../components/config/problem";
import { planStack } from "../../../components/plan/stack";
import { repoRoot } from "../../support/paths";
import { type Files, writeFiles } from "../config/documents";

const wrongHash = "0".repeat(64);

const stackYaml = `cluster: west
role: heron
environment: prod
scheduler: { url: "https://aurora.example:8081" }
state: { zookeeper: { servers: "zk1.example:2181" } }
artifacts: { directory: { path: /mnt/heron/packages } }
`;
const coreYaml = "core: { path: ../heron-core.tar.gz }\n";

const topologyYaml = `name: WordCount
package: wordcount.jar
definition: wordcount.defn
class: org.example.WordCount
`;

describe("what planning finds wrong is told of the document that says it:", () => {
  const from = process.cwd();
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "heron-plan-"));
    mkdirSync(join(root, "stacks/topologies"), { recursive: true });
    for (const end of ["jar", "defn"])
      copyFileSync(
        join(repoRoot, `examples/wordcount/wordcount.${end}`),
        join(root, `stacks/topologies/wordcount.${end}`),
      );
    writeFiles(root, { "Pulumi.yaml": "name: test\n", "heron-core.tar.gz": "core" });
    process.chdir(root);
  });

  afterEach(() => {
    process.chdir(from);
    rmSync(root, { recursive: true });
  });

  /** The lines that planning these documents fails with. */
  const lines = async (files: Files): Promise<readonly string[]> => {
    writeFiles(root, {
      "stacks/prod.yaml": `${stackYaml}${coreYaml}`,
      "stacks/topologies/WordCount.yaml": topologyYaml,
      ...files,
    });
    let told: readonly string[] = [];
    await assert.rejects(planStack(loadStack("stacks/prod.yaml"), "user/prod"), (error) => {
      assert.ok(error instanceof DocumentError);
      told = error.message.split("\n");
      return true;
    });
    return told;
  };
  const line = async (files: Files): Promise<string> => {
    const [first = "", ...others] = await lines(files);
    assert.deepEqual(others, []);
    return first;
  };

  const sla = "slaPolicy: { percentage: 90 }";
  const slaIn = (place: string) =>
    `${place}slaPolicy: the tier preemptible (the scheduler's default) supports none. ` +
    "Set 'tier: preferred', which needs quota, or take slaPolicy out.";

  it("the topology's own", async () => {
    const files = { "stacks/topologies/WordCount.yaml": `${topologyYaml}${sla}\n` };
    assert.equal(await line(files), slaIn("stacks/topologies/WordCount.yaml: "));
  });

  it("the defaults of the stack", async () => {
    const files = { "stacks/prod.yaml": `${stackYaml}${coreYaml}defaults: { ${sla} }\n` };
    assert.equal(await line(files), slaIn("stacks/prod.yaml: defaults."));
  });

  it("the defaults that stacks share", async () => {
    assert.equal(
      await line({ "stacks/defaults.yaml": `defaults: { ${sla} }\n` }),
      slaIn("stacks/defaults.yaml: defaults."),
    );
  });

  it("the stack's overlay over one topology", async () => {
    const overlay = (text: string) => ({
      "stacks/prod.yaml": `${stackYaml}${coreYaml}overlays: { WordCount: { ${text} } }\n`,
      "stacks/topologies/WordCount.yaml": `${topologyYaml}parallelism: { words: 2 }\n`,
    });
    assert.equal(await line(overlay(sla)), slaIn("stacks/prod.yaml: overlays.WordCount."));
    assert.match(
      await line(overlay(`sha256: "${wrongHash}"`)),
      /^stacks\/prod\.yaml: overlays\.WordCount\.sha256: wordcount\.jar hashes to [0-9a-f]{64}, but the document says 0{64}\./,
    );
    assert.equal(
      await line(overlay("parallelism: { wrods: 3 }")),
      "stacks/prod.yaml: overlays.WordCount.parallelism.wrods: the topology has no component 'wrods'. It has 'count', 'words'.",
    );
  });

  it("a file that the conf dir does not have", async () => {
    const conf = "conf: { heron.yaml: { a: 1 } }\n";
    const told = (document: string) =>
      new RegExp(`^${document}: conf\\["heron\\.yaml"\\]: the Heron conf dir has no such file\\. It has `);
    assert.match(await line({ "stacks/prod.yaml": `${stackYaml}${coreYaml}${conf}` }), told("stacks/prod\\.yaml"));
    assert.match(await line({ "stacks/defaults.yaml": conf }), told("stacks/defaults\\.yaml"));
  });

  it("a key of a map that several documents write", async () => {
    const told = await lines({
      "stacks/prod.yaml": `${stackYaml}${coreYaml}defaults: { runtimeConfig: { "wrods:rate": 5 } }\n`,
      "stacks/topologies/WordCount.yaml": `${topologyYaml}runtimeConfig: { "words:rate": 5, "cuont:rate": 6 }\n`,
    });
    assert.deepEqual(told, [
      `stacks/prod.yaml: defaults.runtimeConfig["wrods:rate"]: 'wrods' is no component of topology 'WordCount'. It has words, count.`,
      `stacks/topologies/WordCount.yaml: runtimeConfig["cuont:rate"]: 'cuont' is no component of topology 'WordCount'. It has words, count.`,
    ]);
  });

  it("configuration that a document lays over the main's own", async () => {
    const config = 'config: { "topology.container.ram": lots }';
    assert.equal(
      await line({ "stacks/prod.yaml": `${stackYaml}${coreYaml}defaults: { ${config} }\n` }),
      `stacks/prod.yaml: defaults.config["topology.container.ram"]: is 'lots', which is not a whole number of bytes from 0.`,
    );
  });

  it("the number of containers, for an algorithm or for fewer instances", async () => {
    const asking = (text: string) => ({
      "stacks/prod.yaml": `${stackYaml}${coreYaml}defaults: { ${text} }\n`,
    });
    assert.match(
      await line(asking("containerNumber: 3, packing: FirstFitDecreasingPacking")),
      /^stacks\/prod\.yaml: defaults\.containerNumber: asks for 3 containers, but FirstFitDecreasingPacking finds/,
    );
    assert.match(
      await line(asking("containerNumber: 50")),
      /^stacks\/prod\.yaml: defaults\.containerNumber: asks for 50 containers, and there are (\d+) instances: give a containerNumber of \1 or less,/,
    );
  });

  it("the algorithm, where the conf dir names another", async () => {
    const algorithm = "org.apache.heron.packing.binpacking.FirstFitDecreasingPacking";
    const conf = `conf: { packing.yaml: { heron.class.packing.algorithm: ${algorithm} } }\n`;
    assert.match(
      await line({
        "stacks/prod.yaml": `${stackYaml}${coreYaml}${conf}`,
        "stacks/topologies/WordCount.yaml": `${topologyYaml}packing: RoundRobinPackingV2\n`,
      }),
      /^stacks\/topologies\/WordCount\.yaml: packing: is RoundRobinPackingV2, but conf\["packing\.yaml"\]/,
    );
  });

  it("all that the submitter has no words for, each where it stands", async () => {
    const told = await lines({
      "stacks/prod.yaml": `${stackYaml}${coreYaml}submitter: heron-cli\ndefaults: { tier: preferred }\n`,
      "stacks/topologies/WordCount.yaml": `${topologyYaml}args: [WordCount, --verbose]\n`,
    });
    assert.deepEqual(
      told.map((each) => each.replace(/: with .*$/, "")),
      ["stacks/prod.yaml: defaults.tier", "stacks/topologies/WordCount.yaml: args[1]"],
    );
  });

  it("a name that the definition does not have, and what no document says of the topology's own", async () => {
    const other = topologyYaml.replace("name: WordCount", "name: Wordcount");
    assert.match(
      await line({ "stacks/topologies/WordCount.yaml": other }),
      /^stacks\/topologies\/WordCount\.yaml: name: in wordcount\.defn the topology calls itself 'WordCount', but/,
    );
    const slaAware = "update: { slaAware: true }\n";
    assert.equal(
      await line({ "stacks/topologies/WordCount.yaml": `${topologyYaml}${slaAware}` }),
      "stacks/topologies/WordCount.yaml: update.slaAware: there is no slaPolicy to keep to. Say one, or take slaAware out.",
    );
  });

  it("a main that is not there, or that fails with the words it said", async () => {
    const files = {
      "stacks/prod.yaml": `${stackYaml}${coreYaml}overlays: { WordCount: { class: ./other } }\n`,
      "stacks/topologies/WordCount.yaml": "name: WordCount\npackage: wordcount.so\nclass: ./emit\n",
      "stacks/topologies/wordcount.so": "ELF",
    };
    assert.equal(
      await line(files),
      "stacks/prod.yaml: overlays.WordCount.class: there is no file other. Build it, or correct the path.",
    );
    writeFileSync(join(root, "stacks/topologies/other"), "#!/bin/sh\necho no luck\nexit 3\n", { mode: 0o755 });
    assert.deepEqual(await lines(files), [
      "stacks/topologies/WordCount.yaml: package: wordcount.so: the main of ./other exited with 3. Its last lines:",
      "  | no luck",
    ]);
  });

  it("a definition that is none", async () => {
    const files = { "stacks/topologies/wordcount.defn": "no definition" };
    assert.match(
      await line(files),
      /^stacks\/topologies\/WordCount\.yaml: definition: wordcount\.defn is not a topology/,
    );
  });

  it("a default that spoils several topologies, once, beside what is wrong with one of them alone", async () => {
    copyFileSync(join(repoRoot, "examples/wordcount/wordcount.jar"), join(root, "stacks/topologies/other.jar"));
    const told = await lines({
      "stacks/prod.yaml": `${stackYaml}${coreYaml}defaults: { ${sla} }\n`,
      "stacks/topologies/Other.yaml": topologyYaml.replace("name: WordCount", "name: Other"),
      "stacks/topologies/Third.yaml":
        topologyYaml.replace("name: WordCount", "name: Third").replace("wordcount.jar", "other.jar") +
        `tier: preferred\nsha256: "${wrongHash}"\n`,
    });
    assert.equal(told[0], slaIn("stacks/prod.yaml: defaults."));
    assert.match(told[1] ?? "", /^stacks\/topologies\/Third\.yaml: sha256: other\.jar hashes to/);
    assert.equal(told.length, 2);
  });

  describe("of the cluster's,", () => {
    const core = `core: { path: ../heron-core.tar.gz, sha256: "${wrongHash}" }\n`;
    const mismatch = (document: string) =>
      new RegExp(
        `^stacks/${document}: core\\.sha256: \\.\\./heron-core\\.tar\\.gz hashes to [0-9a-f]{64}, but the document says 0{64}\\. ` +
          "Nothing was touched\\. Get the right file, or correct the digest if this one is meant\\.$",
      );

    it("the core package's digest, in the stack document or in what stacks share", async () => {
      assert.match(await line({ "stacks/prod.yaml": `${stackYaml}${core}` }), mismatch("prod\\.yaml"));
      assert.match(
        await line({ "stacks/prod.yaml": stackYaml, "stacks/defaults.yaml": core }),
        mismatch("defaults\\.yaml"),
      );
    });

    it("a digest of one over a path of the other", async () => {
      const told = await line({
        "stacks/defaults.yaml": coreYaml,
        "stacks/prod.yaml": `${stackYaml}core: { sha256: "${wrongHash}" }\n`,
      });
      assert.match(told, mismatch("prod\\.yaml"));
    });

    it("a heron.aurora of the user's, whoever submits", async () => {
      const files = { "stacks/defaults.yaml": "heronAurora: mine.aurora\n" };
      assert.equal(
        await line(files),
        "stacks/defaults.yaml: heronAurora: mine.aurora cannot be read. Give a file's path, relative to the stack document.",
      );
      assert.match(
        await line({ ...files, "stacks/mine.aurora": "jobs = []\n" }),
        /^stacks\/defaults\.yaml: heronAurora: mine\.aurora uses no \{\{CLUSTER\}\}/,
      );
    });

    it("a quota that is less than the topologies need", async () => {
      const told = await line({
        "stacks/defaults.yaml": "quota: { cpu: 1, ram: 1GB, disk: 1GB }\ndefaults: { tier: preferred }\n",
      });
      assert.match(told, /^stacks\/defaults\.yaml: quota: the documents give role heron 1 core, .* Raise it, or give/);
    });
  });
});
