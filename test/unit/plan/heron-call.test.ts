import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HeronClusterArgs } from "../../../components/cluster-args";
import { heronCall } from "../../../components/plan/heron-call";
import { prepareTopology } from "../../../components/plan/prepare";
import type { HeronTopologyArgs } from "../../../components/topology-args";
import { repoRoot } from "../../support/paths";

describe("what the heron CLI is given", () => {
  const from = process.cwd();
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "heron-call-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: test\n");
    for (const end of ["jar", "defn"])
      copyFileSync(join(repoRoot, `examples/wordcount/wordcount.${end}`), join(folder, `wordcount.${end}`));
    for (const name of ["wordcount.tar.gz", "wordcount.so"])
      copyFileSync(join(folder, "wordcount.jar"), join(folder, name));
    process.chdir(folder);
  });
  after(() => {
    process.chdir(from);
    rmSync(folder, { recursive: true });
  });

  const call = async (topology: Partial<HeronTopologyArgs> = {}) => {
    const cluster: HeronClusterArgs = {
      cluster: "west",
      role: "heron",
      environment: "devel",
      scheduler: { url: "http://aurora.example:8081" },
      state: { zookeeper: { servers: "zk.example:2181" } },
      artifacts: { directory: { path: "/mnt/heron" } },
      core: { path: "heron-core.tar.gz" },
      submitter: "heron-cli",
    };
    const args = {
      name: "WordCount",
      package: "wordcount.jar",
      definition: "wordcount.defn",
      class: "a.B",
      ...topology,
    };
    const core = { uri: "file:///mnt/heron/core.tar.gz", sha256: "0".repeat(64) };
    return heronCall(
      await prepareTopology({ cluster, core, topology: args, baseDirectory: folder }),
      "user/test",
      "task",
    );
  };

  it("may be options of the main, which the CLI hands on", async () => {
    const args = ["--rate", "5", "-n", "3", "-5"];
    assert.deepEqual((await call({ args })).call.args, args);
  });

  const refusals: Readonly<Record<string, readonly [Partial<HeronTopologyArgs>, RegExp]>> = {
    "an argument that the CLI would take for an option of its own": [
      { args: ["--verbose"] },
      /argument '--verbose' for/,
    ],
    "the beginning of such an option's name": [{ args: ["--conf=x"] }, /argument '--conf=x' for/],
    "a job to be adopted": [{ adopt: true }, /'submitter: native' adopt it first/],
    "containers that somebody else scales": [{ scaling: "outside" }, /scaling: outside/],
    "libraries for the main": [{ libraries: ["wordcount.jar"] }, /build them into the package/],
    "a compressed archive": [{ package: "wordcount.tar.gz" }, /takes no compressed archive: give a \.tar/],
    "a program that is named from somewhere": [
      { package: "wordcount.so", class: "bin/main" },
      /give its absolute path/,
    ],
    "a value that Heron's reader would break at": [{ heronConfig: { a: "b=c" } }, /cannot read '=' .*heronConfig\.a/],
  };
  for (const [what, [topology, words]] of Object.entries(refusals)) {
    it(`is refused while planning, before anything is touched: ${what}`, () => assert.rejects(call(topology), words));
  }

  it("says that garbage collections are logged where the document does, and else nothing of them", async () => {
    const [plain, off, on] = [await call(), await call({ verboseGc: false }), await call({ verboseGc: true })];
    assert.deepEqual(off, plain);
    assert.equal(on.call.verboseGc, true);
    assert.notEqual(on.submission, plain.submission);
  });
});
