import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type HdfsServer, startHdfs, startTimeoutMs } from "../support/hdfs";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";

const token = "SAFEtoken-of_a_secret";
const core = readFileSync(join(repoRoot, "examples/core/heron-core.tar.gz"));
const corePath = (bytes: Uint8Array) =>
  `/heron/core/heron-core-${createHash("sha256").update(bytes).digest("hex")}.tar.gz`;

describe("packages in a real HDFS, fetched by the agents' hdfs dfs -get", () => {
  let environment: LocalEnvironment;
  let hdfs: HdfsServer;
  const path = process.env.PATH;

  /** Writes a core package into the project and names it in the stack document. */
  const useCore = (bytes: Uint8Array) => {
    environment.project.write("stacks/core.tar.gz", bytes);
    environment.document({
      artifacts: {
        hdfs: {
          namenodes: ["http://127.0.0.1:9", hdfs.url],
          path: "/heron",
          authority: hdfs.authority,
          user: "heron",
        },
      },
      core: { path: "core.tar.gz" },
    });
  };
  const packages = async () => (await hdfs.paths("/heron")).filter((each) => each.endsWith(".tar.gz"));
  const running = async () =>
    (await environment.aurora.tasks(environment.job, { active: true })).map(({ status }) => status);

  before(async function () {
    this.timeout(startTimeoutMs);
    hdfs = await startHdfs();
    await hdfs.makeFolder("/heron", "heron");
    // Tasks of the sandbox have this process's PATH.
    process.env.PATH = `${hdfs.tools}:${path ?? ""}`;
    environment = await LocalEnvironment.start({ tasks: "real" });
    useCore(core);
  });

  after(async () => {
    process.env.PATH = path;
    await environment.dispose();
    await hdfs.stop();
  });

  it("are there when the topology runs, and are let alone by the next up", async () => {
    await environment.project.up();
    assert.deepEqual(await running(), ["RUNNING", "RUNNING", "RUNNING"]);
    const there = await packages();
    assert.equal(there.length, 2);
    assert.equal(there[0], corePath(core));
    const { output } = await environment.project.up();
    assert.match(output, /unchanged/);
    assert.doesNotMatch(output, /(created|updated|deleted|replaced)$/m);
  });

  it("are replaced by the next version's, of which the old goes once the job has left it", async () => {
    const repacked = gzipSync(gunzipSync(core), { level: 1 });
    useCore(repacked);
    await environment.project.succeed([
      ...["config", "set", "--stack", "test", "--secret", "--path", "heron:credentials.sandbox.hdfs.token", token],
    ]);
    const { output } = await environment.project.up();
    const there = await packages();
    assert.ok(there.includes(corePath(repacked)) && !there.includes(corePath(core)), there.join());
    assert.deepEqual(await running(), ["RUNNING", "RUNNING", "RUNNING"]);
    const state = JSON.stringify(await environment.project.resources());
    assert.ok(!output.includes(token) && !state.includes(token), "the token is in no output and in no state");
  });

  it("that have gone are put back", async () => {
    const [gone = ""] = await packages();
    await hdfs.ask("DELETE", gone, "op=DELETE");
    await environment.project.succeed(["refresh", "--yes", "--skip-preview", "--stack", "test"]);
    await environment.project.up();
    assert.ok((await packages()).includes(gone));
  });

  it("are removed with the stack", async () => {
    await environment.project.destroy();
    assert.deepEqual(await packages(), []);
  });
});
