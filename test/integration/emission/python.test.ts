import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump } from "js-yaml";
import { type Cache, openCache } from "../../../components/cache";
import { loadStack } from "../../../components/config/load";
import { components, readDefinition, topologyConfig } from "../../../components/heron/definition";
import { emitDefinition, type EmissionRequest } from "../../../components/heron/emission";
import type { TopologyPlan } from "../../../components/plan/job";
import { planStack } from "../../../components/plan/stack";
import { downloadTimeoutMs, heronPy } from "../../support/libraries";
import { goldenJson, repoRoot } from "../../support/paths";
import { requestFor, testFolder, withEnvironment, withoutRandomId } from "./fixtures";

const example = join(repoRoot, "examples", "python-wordcount");

describe("emission of a Python topology", () => {
  let folder: string;
  let cache: Cache;
  let pex: string;

  before(function () {
    this.timeout(downloadTimeoutMs);
    folder = testFolder();
    cache = openCache(folder);
    pex = join(folder, "wordcount.pex");
    const { site, wheels } = heronPy();
    // As the example's README has it, from the wheels at hand instead of the registry.
    execFileSync(
      "python3",
      [
        ...["-m", "pex", "--pip-version", "24.1", "--no-index", "--find-links", wheels],
        ...["--requirement", "requirements.txt", "--sources-directory", "src"],
        ...["--entry-point", "wordcount.topology", "--output-file", pex],
      ],
      {
        cwd: example,
        env: { ...process.env, PYTHONPATH: site, PEX_ROOT: join(folder, "pex"), PYTHONDONTWRITEBYTECODE: "1" },
        stdio: ["ignore", "inherit", "inherit"],
      },
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const wordcount = (file: string, rest: Partial<EmissionRequest> = {}): EmissionRequest =>
    requestFor(file, "python-wordcount", { libraries: [], ...rest });

  /** A plain zip of the example, with heronpy when asked: what Python runs, but the pex tool has not made. */
  function plainZip(name: string, withHeronPy: boolean): string {
    const content = join(folder, `${name}.content`);
    cpSync(join(example, "src"), content, { recursive: true });
    if (withHeronPy) cpSync(heronPy().site, content, { recursive: true });
    writeFileSync(join(content, "__main__.py"), "from wordcount.topology import WordCount\nWordCount.write()\n");
    const file = join(folder, name);
    execFileSync("python3", ["-m", "zipapp", content, "--output", file]);
    return file;
  }

  it("emits the example from a class of its pex, named as the document names it", async () => {
    const emitted = readDefinition(
      await emitDefinition(wordcount(pex, { class: "wordcount.topology.WordCount" }), cache),
      "example",
    );
    assert.equal(emitted.name, "python-wordcount");
    assert.deepEqual(
      components(emitted).map(({ name, kind, parallelism }) => [name, kind, parallelism]),
      [
        ["sentence", "spout", 2],
        ["split", "bolt", 2],
        ["count", "bolt", 4],
      ],
    );
    assert.equal(emitted.bolts[1]?.comp?.className, "wordcount.count_bolt.CountBolt");
    assert.equal(topologyConfig(emitted).get("topology.stmgrs"), "2");
  });

  it("emits the same when the pex itself is run, and from a plain zip in both ways", async () => {
    const zip = plainZip("plain.pex", true);
    const reference = await emitDefinition(wordcount(pex, { class: "wordcount.topology.WordCount" }), cache);
    for (const [file, name] of [
      [pex, "-"],
      [zip, "-"],
      [zip, "wordcount.topology.WordCount"],
    ] as const) {
      const emitted = await emitDefinition(wordcount(file, { class: name }), cache);
      assert.deepEqual(withoutRandomId(emitted, name), withoutRandomId(reference, "reference"), `${file} ${name}`);
    }
  });

  it("gives the arguments to a pex that is run", async () => {
    const content = join(folder, "arguments");
    mkdirSync(content);
    const code = "import sys\nprint('given', sys.argv[1:])\nsys.exit(4)\n";
    writeFileSync(join(content, "__main__.py"), code);
    const file = join(folder, "arguments.pex");
    execFileSync("python3", ["-m", "zipapp", content, "--output", file]);
    await assert.rejects(
      emitDefinition(wordcount(file, { class: "-", args: ["a b", "--c=d"] }), cache),
      /arguments\.pex: the main exited with 4\. Its last lines:\n {2}\| given \['a b', '--c=d'\]$/,
    );
  });

  it("says so when the pex does not hold heronpy", async () => {
    const file = plainZip("without.pex", false);
    for (const name of ["-", "wordcount.topology.WordCount"]) {
      await assert.rejects(
        emitDefinition(wordcount(file, { class: name }), cache),
        /without\.pex does not hold heronpy: build the pex with it\./,
      );
    }
  });

  it("says so when the class is not in the pex", async () => {
    await assert.rejects(
      emitDefinition(wordcount(pex, { class: "wordcount.topology.Missing" }), cache),
      /exited with 1.*[^]*has no attribute 'Missing'/,
    );
  });

  it("says what is wrong with a class that names no module", async () => {
    await assert.rejects(emitDefinition(wordcount(pex, { class: "WordCount" }), cache), /Write module\.Class, or '-'/);
  });

  it("is planned to the package type, the arguments and the package that heron was recorded to give a pex", async () => {
    const document = { name: "P-py", package: "wordcount.pex", class: "wordcount.topology.WordCount" };
    const plan = await planned(document);
    const recorded = recordedPex();
    const command = JSON.stringify(plan.jobConfiguration.taskConfig.executorConfig.data);
    for (const flag of [
      "pkg-type",
      "topology-binary-file",
      "topology-defn-file",
      "classpath",
      "python-instance-binary",
    ])
      assert.equal(argument(command, flag), argument(recorded.binds.TOPOLOGY_ARGUMENTS, flag));
    const file = await cache.file(plan.prepared.file.sha256);
    const unpacked = join(folder, "unpacked");
    mkdirSync(unpacked);
    const names = execFileSync("tar", ["-xvzf", file?.path ?? "", "-C", unpacked], { encoding: "utf8" });
    const members = names.trim().split("\n");
    assert.deepEqual(
      members.map((name) => name.replace(/\/$/, "")),
      recorded.tarball,
    );
    assert.deepEqual(readFileSync(join(unpacked, "wordcount.pex")), readFileSync(pex));
    assert.equal(readDefinition(readFileSync(join(unpacked, "P-py.defn")), "P-py.defn").name, "P-py");
  });

  /** The plan of a stack of one topology, whose documents lie beside the pex. */
  async function planned(topology: object): Promise<TopologyPlan> {
    copyFileSync(join(repoRoot, "examples/core/heron-core.tar.gz"), join(folder, "core.tar.gz"));
    const stack = {
      cluster: "aurora",
      role: "ada",
      environment: "devel",
      scheduler: { url: "https://aurora.example:8081" },
      state: { local: { root: "/srv/heron" } },
      artifacts: { directory: { path: "/srv/packages" } },
      core: { path: "core.tar.gz" },
      topologies: ["topology.yaml"],
    };
    writeFileSync(join(folder, "stack.yaml"), dump(stack));
    writeFileSync(join(folder, "topology.yaml"), dump(topology));
    const from = process.cwd();
    process.chdir(folder);
    try {
      const [plan] = await planStack(loadStack("stack.yaml"), "user/test");
      return plan ?? assert.fail("a plan");
    } finally {
      process.chdir(from);
    }
  }

  it("says so when there is no Python", async () => {
    await withEnvironment({ PATH: "/nonexistent" }, () =>
      assert.rejects(
        emitDefinition(wordcount(pex, { class: "-", args: ["no python"] }), cache),
        /wordcount\.pex needs python3, which is not on PATH\. Install Python 3, or give a 'definition'/,
      ),
    );
  });
});

/** What `heron submit` was recorded to do with a pex. */
function recordedPex(): RecordedPex {
  const all = goldenJson("heron", "_pkgtypes", "pkgtypes.json") as readonly RecordedPex[];
  return all.find(({ cli }) => cli.includes("topo/wordcount.pex")) ?? assert.fail("a recorded pex");
}

interface RecordedPex {
  readonly cli: readonly string[];
  readonly binds: { readonly TOPOLOGY_ARGUMENTS: string };
  /** Names of the package's members. */
  readonly tarball: readonly string[];
}

/** An argument in a command line, without quotes. */
function argument(text: string, flag: string): string | undefined {
  return new RegExp(`--${flag}=[^\\s'"]*`).exec(text)?.[0];
}
