import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { HeronClusterArgs } from "../../components/cluster-args";
import { prepareTopology, type PreparedTopology } from "../../components/plan/prepare";
import type { HeronTopologyArgs } from "../../components/topology-args";
import { repoRoot } from "./paths";

/** A project's folder with the word count's package and definition in it: the current one, where plans find their cache. */
export class PreparedWordCount {
  private readonly from = process.cwd();
  private readonly folder = mkdtempSync(join(tmpdir(), "prepared-"));

  /** @param others names under which the package lies there too */
  constructor(others: readonly string[] = []) {
    writeFileSync(join(this.folder, "Pulumi.yaml"), "name: test\n");
    for (const end of ["jar", "defn"])
      copyFileSync(join(repoRoot, `examples/wordcount/wordcount.${end}`), join(this.folder, `wordcount.${end}`));
    const jar = readFileSync(join(this.folder, "wordcount.jar"));
    for (const name of others) writeFileSync(join(this.folder, name), name.endsWith(".gz") ? gzipSync(jar) : jar);
    process.chdir(this.folder);
  }

  prepare(topology: Partial<HeronTopologyArgs>, changes: Partial<HeronClusterArgs> = {}): Promise<PreparedTopology> {
    const cluster: HeronClusterArgs = {
      cluster: "west",
      role: "heron",
      environment: "devel",
      scheduler: { url: "http://aurora.example:8081" },
      state: { zookeeper: { servers: "zk.example:2181" } },
      artifacts: { directory: { path: "/mnt/heron" } },
      core: { path: "heron-core.tar.gz" },
      ...changes,
    };
    const args = { name: "WordCount", package: "wordcount.jar", definition: "wordcount.defn", ...topology };
    const core = { uri: "file:///mnt/heron/core.tar.gz", sha256: "0".repeat(64) };
    return prepareTopology({ cluster, core, topology: args, baseDirectory: this.folder });
  }

  dispose(): void {
    process.chdir(this.from);
    rmSync(this.folder, { recursive: true });
  }
}
