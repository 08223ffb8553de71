import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LocalEnvironment } from "../support/local-environment";

describe("a topology's life, by the real engine", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
  });

  after(() => environment.dispose());

  const tasks = async () =>
    (await environment.aurora.tasks(environment.job, { active: true })).sort((a, b) => a.instanceId - b.instanceId);
  const taskIds = async () => (await tasks()).map(({ taskId }) => taskId);
  const treeNodes = () =>
    ["topologies", "packingplans", "executionstate", "schedulers"].filter((directory) =>
      existsSync(join(environment.stateRoot, directory, "WordCount")),
    );

  it("previews the first deployment without touching anything", async () => {
    const { output } = await environment.project.preview();
    assert.match(output, /submit 3 containers/);
    assert.deepEqual(environment.writes(), []);
    assert.ok(!existsSync(environment.stateRoot) && !existsSync(environment.packages));
  });

  it("puts the topology RUNNING, its packages in the store and its nodes into the state tree", async () => {
    await environment.project.up();
    assert.deepEqual(
      (await tasks()).map(({ instanceId, status }) => [instanceId, status]),
      [0, 1, 2].map((instance) => [instance, "RUNNING"]),
    );
    assert.deepEqual(environment.writes(), ["createJob"]);
    assert.equal(treeNodes().length, 4);
    const [core] = readdirSync(join(environment.packages, "core")).filter((name) => name.endsWith(".tar.gz"));
    assert.match(core ?? "", /^heron-core-[0-9a-f]{64}\.tar\.gz$/);
  });

  it("finds nothing to do the second time", async () => {
    const before = environment.sandbox.requests().length;
    const { output } = await environment.project.up();
    assert.match(output, /6 unchanged/);
    assert.deepEqual(environment.writes(before), []);
  });

  it("scales out in place, as the preview says, and restarts nothing", async () => {
    const before = await taskIds();
    environment.topology({ parallelism: { count: 4 } });
    const calls = environment.sandbox.requests().length;
    const { output } = await environment.project.preview();
    assert.match(output, /scale out 3 → 4 containers/);
    assert.equal(environment.sandbox.requests().length, calls);
    await environment.project.up();
    assert.deepEqual((await taskIds()).slice(0, 3), before);
    assert.equal((await taskIds()).length, 4);
    assert.deepEqual(environment.writes(calls), ["addInstances"]);
  });

  it("scales in in place", async () => {
    const before = await taskIds();
    environment.topology();
    await environment.project.up();
    assert.deepEqual(await taskIds(), before.slice(0, 3));
  });

  it("rolls a changed configuration through the scheduler's own update", async () => {
    const before = await taskIds();
    environment.topology({ heronConfig: { "heron.logging.maximum.files": 7 } });
    assert.match((await environment.project.preview()).output, /rolling restart of 3 containers, 1 at a time/);
    const calls = environment.sandbox.requests().length;
    await environment.project.up();
    assert.ok((await taskIds()).every((taskId) => !before.includes(taskId)));
    assert.deepEqual(environment.writes(calls), ["startJobUpdate"]);
  });

  it("sees by refresh that an instance was killed, and up mends it", async () => {
    await environment.aurora.killTasks(environment.job, [1], "behind its back");
    const refreshed = await environment.project.succeed([
      "refresh",
      "--yes",
      "--skip-preview",
      "--diff",
      "--stack",
      "test",
    ]);
    assert.match(refreshed.output, /1\s*: "gone, while one of a higher number runs"/);
    await environment.project.up();
    assert.deepEqual(
      (await tasks()).map(({ instanceId }) => instanceId),
      [0, 1, 2],
    );
  });

  it("recreates a job that was killed as a whole once a preview has said so", async () => {
    await environment.aurora.killTasks(environment.job, "all", "behind its back");
    environment.topology({ heronConfig: { "heron.logging.maximum.files": 7 }, timeouts: { create: 31 } });
    // A second run as the first: what it has seen is not recorded, and its preview says the same.
    for (let run = 1; run <= 2; run++) {
      assert.match((await environment.project.preview()).output, /settings recorded/);
      const { code, output } = await environment.project.pulumi(environment.project.command("up"));
      assert.notEqual(code, 0, output);
      assert.match(output, /is gone from the scheduler/);
    }
    assert.equal((await tasks()).length, 0);
    assert.match((await environment.project.preview("--refresh")).output, /submit 3 containers/);
    await environment.project.up("--refresh");
    assert.equal((await tasks()).length, 3);
  });

  it("writes a state tree again that was wiped, without a restart", async () => {
    const before = await taskIds();
    rmSync(environment.stateRoot, { recursive: true });
    await environment.project.up("--refresh");
    assert.equal(treeNodes().length, 4);
    assert.deepEqual(await taskIds(), before);
  });

  it("removes job, state tree nodes and packages on destroy", async () => {
    await environment.project.succeed(["destroy", "--yes", "--skip-preview", "--stack", "test"]);
    assert.deepEqual(await tasks(), []);
    assert.deepEqual(treeNodes(), []);
    assert.ok(!existsSync(join(environment.packages, "core")));
  });

  it("refuses a job of its key that somebody else submitted, naming adopt, and takes it over when told to", async () => {
    await environment.project.up();
    await environment.project.succeed([
      "state",
      "delete",
      "--yes",
      "--force",
      "--target-dependents",
      "--stack",
      "test",
      await jobUrn(),
    ]);
    environment.project.write(
      "index.js",
      'process.env.OTHER = "1"; module.exports = require("pulumi-heron-aurora").deployStack;\n',
    );
    const config = (await environment.aurora.tasks(environment.job, { active: true, withConfig: true }))[0]?.config;
    assert.ok(config);
    await environment.aurora.killTasks(environment.job, "all", "to submit it without our marks");
    await gone();
    await environment.aurora.createJob({
      key: config.job,
      owner: config.owner,
      cronCollisionPolicy: 0,
      instanceCount: 3,
      taskConfig: { ...config, metadata: [] },
    });
    const before = await taskIds();
    const refused = await environment.project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"]);
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /was not submitted by this tool.*adopt: true/s);
    assert.deepEqual(await taskIds(), before);
    environment.topology({ adopt: true });
    await environment.project.up();
    assert.equal((await tasks()).length, 3);
  });

  const gone = async () => {
    while ((await tasks()).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const jobUrn = async () => {
    const job = (await environment.project.resources()).find(({ type }) => type.endsWith("AuroraJob"));
    return job?.urn ?? assert.fail("the stack has a job");
  };
});
