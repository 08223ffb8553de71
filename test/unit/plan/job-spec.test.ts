import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jobConfiguration } from "../../../components/aurora/thermos";
import type { HeronClusterArgs } from "../../../components/cluster-args";
import { jobSpec } from "../../../components/plan/job-spec";
import { prepareTopology } from "../../../components/plan/prepare";
import type { HeronTopologyArgs } from "../../../components/topology-args";
import { repoRoot } from "../../support/paths";

describe("what the Aurora job of a topology is made from", () => {
  const from = process.cwd();
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "job-spec-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: test\n");
    for (const end of ["jar", "defn"])
      copyFileSync(join(repoRoot, `examples/wordcount/wordcount.${end}`), join(folder, `wordcount.${end}`));
    process.chdir(folder);
  });

  after(() => {
    process.chdir(from);
    rmSync(folder, { recursive: true });
  });

  const configured = async (topology: Partial<HeronTopologyArgs>) => {
    const cluster: HeronClusterArgs = {
      cluster: "west",
      role: "heron",
      environment: "devel",
      scheduler: { url: "http://aurora.example:8081" },
      state: { zookeeper: { servers: "zk.example:2181" } },
      artifacts: { directory: { path: "/mnt/heron" } },
      core: { path: "heron-core.tar.gz" },
    };
    const args = { name: "WordCount", package: "wordcount.jar", definition: "wordcount.defn", ...topology };
    const core = { uri: "file:///mnt/heron/core.tar.gz", sha256: "0".repeat(64) };
    const prepared = await prepareTopology({ cluster, core, topology: args, baseDirectory: folder });
    return jobConfiguration(jobSpec(prepared, "file:///mnt/heron/topology.tar.gz", "user/test"));
  };

  it("has the JVMs log their garbage collections where the document says so, and is else as without a word of it", async () => {
    const plain = await configured({});
    assert.deepEqual(await configured({ verboseGc: false }), plain);
    const text = (job: typeof plain) => JSON.stringify(job.taskConfig.executorConfig.data);
    assert.match(
      text(await configured({ verboseGc: true })),
      / --heron-java-home=\S+ --verbose-gc --heron-shell-binary=/,
    );
    assert.doesNotMatch(text(plain), /verbose-gc/);
  });
});
