import assert from "node:assert/strict";
import { filesBelow } from "../support/files-below";
import { LocalEnvironment } from "../support/local-environment";

describe("a topology that is protected", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
    await environment.project.up();
  });

  after(() => environment.dispose());

  const taskIds = async () =>
    (await environment.aurora.tasks(environment.job, { active: true })).map(({ taskId }) => taskId).sort();

  it("is not removed until the document says otherwise", async () => {
    environment.topology({ protect: true });
    await environment.project.up();
    const before = await taskIds();
    environment.project.remove("stacks/topologies/WordCount.yaml");
    environment.document({ topologies: [] });
    const { code, output } = await environment.project.pulumi(environment.project.command("up"));
    assert.notEqual(code, 0);
    assert.match(output, /protect/);
    assert.deepEqual(await taskIds(), before);
    environment.document();
    environment.topology({});
    await environment.project.up();
  });

  it("is any of an environment marked production, until its document says otherwise", async () => {
    environment.document({ production: true });
    await environment.project.up();
    const [before, calls] = [await taskIds(), environment.sandbox.requests().length];
    for (const command of ["up", "destroy"] as const) {
      if (command === "up") environment.document({ production: true, topologies: [] });
      const { code, output } = await environment.project.pulumi(environment.project.command(command));
      assert.notEqual(code, 0);
      assert.match(output, /protect/);
      assert.deepEqual(environment.writes(calls), []);
    }
    assert.deepEqual(await taskIds(), before);
    environment.document();
    await environment.project.up();
    assert.deepEqual(await taskIds(), before);
  });
});

describe("a core package that a job still runs on which no state knows", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
    await environment.project.up();
  });

  after(() => environment.dispose());

  it("outlasts the destroy of all else, which names the job, and goes once that is killed", async () => {
    const cores = () => filesBelow(environment.packages).filter((path) => path.includes("/core/"));
    const there = cores();
    const stray = await environment.submitStray("Stray");
    const { code, output } = await environment.project.pulumi(environment.project.command("destroy"));
    assert.notEqual(code, 0);
    assert.match(
      output,
      /The core package is not deleted: sandbox\/heron\/devel\/Stray still runs on it, and it is not/,
    );
    assert.match(
      output,
      /Move it to another or kill it, then run this again; .*; or, to leave the package where it is, take it out of the state/,
    );
    assert.deepEqual(await environment.aurora.tasks(environment.job, { active: true }), []);
    assert.deepEqual(cores(), there);
    await stray.kill();
    await environment.project.destroy();
    assert.deepEqual(cores(), []);
  });
});

describe("a topology that is to be left behind", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
  });

  after(() => environment.dispose());

  it("goes on with all that it needs after destroy: job, state tree, its package and the core package", async () => {
    environment.topology({ retainOnDelete: true });
    await environment.project.up();
    const there = () => [environment.packages, environment.stateRoot].flatMap(filesBelow);
    const [before, calls] = [there(), environment.sandbox.requests().length];
    assert.ok(before.some((path) => /heron-core-\w+\.tar\.gz$/.test(path)));
    await environment.project.destroy();
    assert.deepEqual(there(), before);
    assert.deepEqual(environment.writes(calls), []);
    const tasks = await environment.aurora.tasks(environment.job, { active: true });
    assert.deepEqual(
      tasks.map(({ status }) => status),
      ["RUNNING", "RUNNING", "RUNNING"],
    );
  });
});
