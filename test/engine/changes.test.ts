import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import type { TaskStatus } from "../../components/aurora/task-status";
import { openStateTree } from "../../components/heron/state";
import { filesBelow } from "../support/files-below";
import { Gate } from "../support/gate";
import { LocalEnvironment } from "../support/local-environment";

describe("changes in production, by the real engine", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
    await environment.project.up();
  });

  after(() => environment.dispose());

  const tasks = async () =>
    (await environment.aurora.tasks(environment.job, { active: true })).sort((a, b) => a.instanceId - b.instanceId);
  const taskIds = async () => (await tasks()).map(({ taskId }) => taskId);
  const fresh = async (before: readonly string[]) =>
    (await tasks()).filter(({ taskId }) => !before.includes(taskId)).map(({ instanceId }) => instanceId);
  const up = () => environment.project.pulumi(environment.project.command("up"));
  const updates = () => environment.aurora.updateSummaries(environment.job);
  const maximumFiles = (files: number, update: object) => ({
    heronConfig: { "heron.logging.maximum.files": files },
    update: { watchSeconds: 1, ...update },
  });

  it("names in the preview which part of the task restarts the containers", async () => {
    environment.topology({ metadata: { team: "streaming" } });
    const { output } = await environment.project.preview();
    assert.match(output, /rolling restart of 3 containers, 1 at a time \(metadata\)/);
  });

  it("says of what only steers how it works that it is recorded", async () => {
    environment.topology({ update: { watchSeconds: 1, batchSize: 3 } });
    assert.match((await environment.project.preview()).output, /=> "settings recorded"/);
    environment.topology();
  });

  it("refuses in the preview what touches more containers than the document allows", async () => {
    environment.topology(maximumFiles(6, { maxContainers: 2 }));
    const calls = environment.sandbox.requests().length;
    const { code, output } = await environment.project.pulumi(["preview", "--stack", "test"]);
    assert.notEqual(code, 0);
    assert.match(output, /rolling restart of 3 containers.*touches 3 containers.*update\.maxContainers allows 2/s);
    assert.deepEqual(environment.writes(calls), []);
  });

  it("pauses after a batch as the document says, and goes on with the next one by the next up", async () => {
    const before = await taskIds();
    environment.topology(maximumFiles(7, { batchSize: 2, pauseAfterBatch: true }));
    const paused = await up();
    assert.notEqual(paused.code, 0);
    assert.match(paused.output, /paused after a batch.*2 of 3 instances are updated/s);
    assert.deepEqual(await fresh(before), [0, 1]);
    await environment.project.up();
    assert.deepEqual(await fresh(before), [0, 1, 2]);
    assert.equal((await updates()).length, 1);
    assert.match((await environment.project.up()).output, /6 unchanged/);
  });

  it("goes back from a pause when the change is taken out of the documents", async () => {
    const before = await taskIds();
    environment.topology(maximumFiles(8, { pauseAfterBatch: true }));
    assert.notEqual((await up()).code, 0);
    assert.deepEqual(await fresh(before), [0]);
    environment.topology(maximumFiles(7, {}));
    await environment.project.up();
    assert.deepEqual((await taskIds()).slice(1), before.slice(1), "those that were not touched go on");
    assert.match((await environment.project.up("--refresh")).output, /6 unchanged/);
  });

  it("goes on to the end from a pause when the document no longer asks for one", async () => {
    const before = await taskIds();
    environment.topology(maximumFiles(8, { pauseAfterBatch: true }));
    assert.notEqual((await up()).code, 0);
    environment.topology(maximumFiles(8, {}));
    await environment.project.up();
    assert.deepEqual(await fresh(before), [0, 1, 2]);
    assert.match((await environment.project.up("--refresh")).output, /6 unchanged/);
  });

  it("keeps an update that waits for heartbeats going, and needs no other hand", async () => {
    const before = await taskIds();
    environment.topology(maximumFiles(9, { pulseSeconds: 2, batchSize: 3 }));
    const calls = environment.sandbox.requests().length;
    await environment.project.up();
    assert.deepEqual(await fresh(before), [0, 1, 2]);
    assert.ok(environment.writes(calls).includes("pulseJobUpdate"));
  });

  it("restarts the containers that are listed, once for each trigger", async () => {
    const before = await taskIds();
    const document = { ...maximumFiles(9, {}), restartContainers: { trigger: "once", containers: [2] } };
    environment.topology(document);
    assert.match((await environment.project.preview()).output, /restart of container 2/);
    await environment.project.up();
    assert.deepEqual(await fresh(before), [2]);
    assert.match((await environment.project.up()).output, /6 unchanged/);
    environment.topology({ ...document, restartContainers: { trigger: "twice", containers: [3] } });
    assert.match((await up()).output, /has no container 3: they are numbered from 0 to 2/);
    environment.topology(document);
  });

  it("puts a package back that has gone from the store, and restarts nothing", async () => {
    const before = await taskIds();
    const files = () => filesBelow(environment.packages).filter((path) => path.endsWith(".tar.gz"));
    const there = files();
    for (const file of there) rmSync(file);
    const { output } = await environment.project.succeed(["refresh", "--yes", "--skip-preview", "--stack", "test"]);
    assert.match(output, /2 deleted/);
    await environment.project.up();
    // Those of before the last roll, which the store keeps for a roll-back, are nobody's to make again.
    assert.deepEqual([files().length, files().filter((file) => !there.includes(file))], [2, []]);
    assert.deepEqual(await taskIds(), before);
  });

  it("touches no job by a run that leaves its package out, and names what has to be a target too, or not excluded", async () => {
    const before = await taskIds();
    environment.topology({ config: { "topology.team.name": "targets" } });
    const state = await environment.project.resources();
    const urnOf = (end: string) => state.find(({ urn }) => urn.endsWith(end))?.urn ?? assert.fail(`no ${end}`);
    const target = (...urns: readonly string[]) => [
      ...environment.project.command("up"),
      ...urns.flatMap((urn) => ["--target", urn]),
    ];
    const [job, packageFile] = [urnOf("AuroraJob::WordCount"), urnOf("PackageFile::WordCount-package")];
    // What a run leaves out as a whole, job and package, is none of its business.
    const core = await environment.project.pulumi(target(urnOf("PackageFile::sandbox-core")));
    assert.equal(core.code, 0, core.output);
    const preview = ["preview", "--diff", "--stack", "test", "--target", job];
    for (const command of [preview, target(job)]) {
      const { code, output } = await environment.project.pulumi(command);
      assert.notEqual(code, 0);
      assert.ok(output.includes(`Add --target '${packageFile}' to other targets`), output);
    }
    for (const excluded of [packageFile, "**PackageFile**"]) {
      const exclude = [...environment.project.command("up"), "--exclude", excluded];
      const { code, output } = await environment.project.pulumi(exclude);
      assert.notEqual(code, 0);
      assert.match(output, /or take the --exclude away that means it/);
    }
    const elsewhere = environment.project.path("packages");
    environment.document({ artifacts: { directory: { path: elsewhere } } });
    const moved = await environment.project.pulumi(target(job));
    environment.document();
    assert.notEqual(moved.code, 0);
    assert.match(moved.output, /Add --target 'urn:[^']*PackageFile::[\w-]+' to other targets/);
    assert.deepEqual(await taskIds(), before);
    const both = await environment.project.pulumi(target(job, packageFile));
    assert.equal(both.code, 0, both.output);
    assert.deepEqual(await fresh(before), [0, 1, 2]);
  });

  it("restarts once by a call whose answer was lost", async () => {
    const gate = await Gate.open(environment.url);
    try {
      environment.document({ scheduler: { url: gate.url } });
      environment.topology(maximumFiles(9, {}));
      await environment.project.up();
      const document = { ...maximumFiles(9, {}), restartContainers: { trigger: "lost", containers: [1, 2] } };
      environment.topology(document);
      const before = await taskIds();
      gate.at({ when: "after", method: "restartShards" }, () => undefined);
      const calls = environment.sandbox.requests().length;
      await environment.project.up();
      assert.deepEqual(await fresh(before), [1, 2]);
      assert.equal(environment.writes(calls).filter((call) => call === "restartShards").length, 2, "a batch each");
    } finally {
      environment.document();
      await environment.project.up();
      await gate.close();
    }
  });

  it("adopts a job that does what the document says without restarting anything, and keeps it so", async () => {
    await environment.project.destroy();
    environment.topology();
    await environment.project.up();
    await submitWithoutMarks();
    const before = await taskIds();
    environment.topology({ adopt: true });
    assert.match((await environment.project.preview()).output, /adopt the job if it is there/);
    const calls = environment.sandbox.requests().length;
    await environment.project.up();
    assert.deepEqual(environment.writes(calls), []);
    assert.match((await environment.project.up("--refresh")).output, /6 unchanged/);
    environment.topology({ adopt: true, parallelism: { count: 4 } });
    await environment.project.up();
    assert.deepEqual((await taskIds()).slice(0, 3), before);
    assert.equal((await tasks()).length, 4);
    environment.topology({ adopt: true, priority: 1 });
    await environment.project.up();
    assert.deepEqual(await fresh(before), [0, 1, 2]);
    assert.match((await environment.project.up("--refresh")).output, /6 unchanged/);
  });

  it("adds a container that an adopted job has lost, and restarts none of the others for our marks", async () => {
    await submitWithoutMarks();
    environment.topology({ adopt: true, priority: 1 });
    await environment.project.up();
    const before = await taskIds();
    await environment.aurora.killTasks(environment.job, [1], "behind the engine's back");
    while ((await tasks()).length === 3) await pause();
    await environment.project.up("--refresh");
    assert.deepEqual(await fresh(before), [1]);
    assert.match((await environment.project.up("--refresh")).output, /6 unchanged/);
  });

  it("bounds what an adoption and a job that is scaled outside may touch by what runs", async () => {
    environment.topology({ adopt: true, priority: 3, scaling: "outside", update: { maxContainers: 2 } });
    const { code, output } = await environment.project.pulumi(["preview", "--stack", "test"]);
    assert.notEqual(code, 0);
    assert.match(output, /touches 3 containers.*update\.maxContainers allows 2/s);
  });

  it("leaves a topology's size to others, where the document says so, and rolls all that they made", async () => {
    environment.topology({ scaling: "outside" });
    await environment.project.up();
    await environment.aurora.addInstances(environment.job, 0, 2);
    await environment.aurora.killTasks(environment.job, [1], "as Heron's own update leaves gaps");
    while ((await tasks()).some(({ status }) => status !== "RUNNING")) await pause();
    const before = await taskIds();
    assert.match((await environment.project.up("--refresh")).output, /6 unchanged/);
    environment.topology({ scaling: "outside", priority: 2, parallelism: { count: 7 } });
    await environment.project.up();
    const numbers = (await tasks()).map(({ instanceId }) => instanceId);
    assert.equal(numbers.length, before.length);
    assert.ok(!numbers.includes(1), "the gap stays");
    assert.deepEqual(await fresh(before), numbers);
    environment.topology({ priority: 2, parallelism: { count: 3 } });
    assert.match((await environment.project.preview()).output, /scale to \d containers, as the document says again/);
    await environment.project.up();
    assert.match((await environment.project.up("--refresh")).output, /6 unchanged/);
  });

  const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

  /** As the stock client would submit what runs, with the stack knowing nothing of it. */
  async function submitWithoutMarks(): Promise<void> {
    const [task] = await environment.aurora.tasks(environment.job, { active: true, withConfig: true });
    const config = task?.config ?? assert.fail("the job runs");
    const job = (await environment.project.resources()).find(({ type }) => type.endsWith("AuroraJob"));
    const state = ["state", "delete", "--yes", "--force", "--target-dependents", "--stack", "test"];
    await environment.project.succeed([...state, job?.urn ?? assert.fail("the stack has a job")]);
    await environment.aurora.killTasks(environment.job, "all", "to submit it without our marks");
    while ((await tasks()).length > 0) await pause();
    const { job: key, owner } = config;
    const taskConfig = { ...config, metadata: [] satisfies TaskStatus["metadata"] };
    await environment.aurora.createJob({ key, owner, cronCollisionPolicy: 0, instanceCount: 3, taskConfig });
    const running = async () => (await tasks()).every(({ status }) => status === "RUNNING");
    while (!(await running())) await pause();
  }
});

describe("a topology whose environment is renamed", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
    await environment.project.up();
  });

  after(() => environment.dispose());

  it("is replaced, as the preview says: the old job is killed before the new one takes its place in the state tree", async () => {
    environment.document({ environment: "test" });
    const { output } = await environment.project.preview();
    assert.match(output, /replace: kill sandbox\/heron\/devel\/WordCount, submit 3 containers/);
    const calls = environment.sandbox.requests().length;
    await environment.project.up();
    assert.deepEqual(environment.writes(calls), ["killTasks", "createJob"]);
    assert.deepEqual(await environment.aurora.tasks(environment.job, { active: true }), []);
    const renamed = { ...environment.job, environment: "test" };
    assert.equal((await environment.aurora.tasks(renamed, { active: true })).length, 3);
    const tree = await openStateTree({ local: { root: environment.stateRoot } });
    assert.equal((await tree.ownership("WordCount"))?.environ, "test");
    await environment.project.up("--refresh", "--expect-no-changes");
  });
});
