import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { setTimeout as sleep } from "node:timers/promises";
import { Gate } from "../support/gate";
import { type HdfsServer, startHdfs, startTimeoutMs } from "../support/hdfs";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";

const token = "SAFEtoken-of_a_secret";
const core = readFileSync(join(repoRoot, "examples/core/heron-core.tar.gz"));
/** The next version. */
const repacked = gzipSync(gunzipSync(core), { level: 1 });
const corePath = (bytes: Uint8Array) =>
  `/heron/core/heron-core-${createHash("sha256").update(bytes).digest("hex")}.tar.gz`;

describe("packages in a real HDFS, fetched by the agents' hdfs dfs -get", () => {
  let environment: LocalEnvironment;
  let gate: Gate;
  let hdfs: HdfsServer;
  const path = process.env.PATH;

  /** Writes a core package into the project and names it in the stack document. */
  const useCore = (bytes: Uint8Array, elsewhere: object = {}) => {
    environment.project.write("stacks/core.tar.gz", bytes);
    environment.document({
      scheduler: { url: gate.url },
      artifacts: {
        hdfs: {
          namenodes: ["http://127.0.0.1:9", hdfs.url],
          path: "/heron",
          authority: hdfs.authority,
          user: "heron",
          ...elsewhere,
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
    gate = await Gate.open(environment.url);
    useCore(core);
  });

  after(async () => {
    process.env.PATH = path;
    await gate.close();
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

  it("that are to lie elsewhere are targets too where the job is one, which is not touched without them", async () => {
    const state = await environment.project.resources();
    const job = state.find(({ type }) => type.endsWith("AuroraJob"))?.urn ?? "";
    const up = [...environment.project.command("up"), "--target", job];
    for (const elsewhere of [{ path: "/heron/moved" }, { namenodes: ["http://127.0.0.1:9999"], authority: "other" }]) {
      useCore(repacked, elsewhere);
      const { code, output } = await environment.project.pulumi(up);
      assert.notEqual(code, 0);
      assert.match(output, /Add --target 'urn:[^']*HdfsFile::[\w-]+' to other targets/);
    }
    useCore(repacked);
    assert.deepEqual(await running(), ["RUNNING", "RUNNING", "RUNNING"]);
    assert.match((await environment.project.up()).output, /unchanged/);
  });

  it("that have gone are put back", async () => {
    const [gone = ""] = await packages();
    await hdfs.ask("DELETE", gone, "op=DELETE");
    await environment.project.succeed(["refresh", "--yes", "--skip-preview", "--stack", "test"]);
    await environment.project.up();
    assert.ok((await packages()).includes(gone));
  });

  it("that a killed run was rolling the job to stay under it, though the documents name the topology's former one", async () => {
    const before = await packages();
    environment.topology({ config: { "example.version": "next" } });
    const up = environment.project.start(environment.project.command("up"));
    gate.at({ when: "after", method: "startJobUpdate" }, up.kill);
    await up.result;
    await environment.project.recover();
    while ((await environment.aurora.updateSummaries(environment.job))[0]?.status !== "ROLLED_FORWARD") await sleep(50);
    const both = await packages();
    assert.equal(both.length, before.length + 1);
    environment.topology();
    const { code, output } = await environment.project.pulumi(environment.project.command("up"));
    assert.notEqual(code, 0);
    assert.match(
      output,
      /The package of topology sandbox\/heron\/devel\/WordCount is not deleted: the job still runs on it/,
    );
    assert.deepEqual(await packages(), both);
    await environment.project.up("--refresh");
    assert.deepEqual(await packages(), before);
    assert.deepEqual(await running(), ["RUNNING", "RUNNING", "RUNNING"]);
  });

  it("whose namenode dies in the middle of an upload are completed by the next up, and the job runs on all the while", async function () {
    this.timeout(startTimeoutMs);
    const ids = async () =>
      (await environment.aurora.tasks(environment.job, { active: true })).map((task) => task.taskId);
    const [before, there] = [await ids(), await packages()];
    // What lies behind an archive's end is nobody's business.
    const large = gzipSync(Buffer.concat([gunzipSync(core), randomBytes(48 * 1024 * 1024)]), { level: 0 });
    useCore(large);
    const up = environment.project.start(environment.project.command("up"));
    while (!(await hdfs.paths("/heron")).some((each) => !there.includes(each) && /heron-core-.*part/.test(each)))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await hdfs.killNameNode();
    const { code, output } = await up.result;
    assert.notEqual(code, 0, output);
    assert.match(output, /namenode|HDFS/i);
    assert.deepEqual(await ids(), before);
    await hdfs.startNameNode();
    await environment.project.up("--refresh");
    assert.deepEqual(await running(), ["RUNNING", "RUNNING", "RUNNING"]);
    const left = await hdfs.paths("/heron/core");
    assert.ok(left.includes(corePath(large)));
    assert.deepEqual(
      left.filter((each) => each.includes("part")),
      [],
      "what the broken upload left",
    );
  });

  it("stay while a job runs on them that no state knows, and go by the next up once it is killed", async () => {
    const [old = ""] = (await packages()).filter((each) => each.startsWith("/heron/core/"));
    const stray = await environment.submitStray("Stray");
    useCore(core);
    const { code, output } = await environment.project.pulumi(environment.project.command("up"));
    assert.notEqual(code, 0);
    assert.match(output, new RegExp(`The core package is not deleted: ${stray.key} still runs on it`));
    assert.deepEqual(await running(), ["RUNNING", "RUNNING", "RUNNING"]);
    const both = [old, corePath(core)].sort();
    assert.deepEqual(
      (await packages()).filter((each) => each.startsWith("/heron/core/")),
      both,
    );
    await stray.kill();
    await environment.project.up();
    assert.deepEqual(
      (await packages()).filter((each) => each.startsWith("/heron/core/")),
      [corePath(core)],
    );
  });

  it("are removed with the stack", async () => {
    await environment.project.destroy();
    assert.deepEqual(await packages(), []);
  });
});
