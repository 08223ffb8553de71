import assert from "node:assert/strict";
import { readFileSync, renameSync } from "node:fs";
import { metadataNames } from "../../components/aurora/thermos";
import { openStateTree } from "../../components/heron/state";
import { ownMark } from "../../components/job/target";
import { LocalEnvironment } from "../support/local-environment";

describe("a topology that changes hands", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
    await environment.project.up();
  });

  after(() => environment.dispose());

  const tasks = async () => environment.aurora.tasks(environment.job, { active: true });
  const taskIds = async () => (await tasks()).map(({ taskId }) => taskId).sort();
  const owners = async () => [...new Set((await tasks()).map((task) => ownMark(task, metadataNames.owner)))];

  it("goes on untouched when its stack is renamed, and is changed and scaled by its new name", async () => {
    const { project } = environment;
    const before = await taskIds();
    await project.succeed(["stack", "rename", "moved", "--stack", "test"]);
    renameSync(project.path("stacks/test.yaml"), project.path("stacks/moved.yaml"));
    const calls = environment.sandbox.requests().length;
    const preview = await project.succeed(["preview", "--diff", "--stack", "moved"]);
    assert.match(preview.output, /owner recorded: user\/moved/);
    await project.succeed(["up", "--yes", "--skip-preview", "--stack", "moved"]);
    assert.deepEqual([await taskIds(), environment.writes(calls)], [before, []]);
    const again = ["up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes", "--stack", "moved"];
    await project.succeed(again);
    environment.topology({ parallelism: { count: 4 } });
    await project.succeed(["up", "--yes", "--skip-preview", "--stack", "moved"]);
    assert.deepEqual((await taskIds()).filter((id) => before.includes(id)).length, before.length);
    await project.succeed(again);
  });

  it("is taken over from another stack by adopt, with a rolling restart that gives it the new owner's mark", async () => {
    environment.topology({ parallelism: { count: 4 }, restart: "for the new mark" });
    await environment.project.succeed(["up", "--yes", "--skip-preview", "--stack", "moved"]);
    const other = await LocalEnvironment.start();
    try {
      const { project } = other;
      project.write("stacks/test.yaml", readFileSync(environment.project.path("stacks/moved.yaml"), "utf8"));
      other.topology({ parallelism: { count: 4 }, restart: "for the new mark" });
      const refused = await project.pulumi(project.command("up"));
      assert.notEqual(refused.code, 0);
      assert.match(refused.output, /belongs to the stack 'user\/moved'.*adopt: true/s);
      other.topology({ parallelism: { count: 4 }, restart: "for the new mark", adopt: true });
      await project.up();
      assert.deepEqual(await owners(), ["user/test"]);
      await project.up("--refresh", "--expect-no-changes");
      const before = await taskIds();
      const refresh = ["refresh", "--yes", "--diff", "--stack", "moved"];
      assert.match((await environment.project.succeed(refresh)).output, /\+ takenBy\s*: "user\/test"/);
      const destroyed = await environment.project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "moved"]);
      assert.notEqual(destroyed.code, 0);
      assert.match(destroyed.output, /belongs to the stack 'user\/test' by now, so this stack leaves it alone/);
      assert.deepEqual(await taskIds(), before);
    } finally {
      other.project.dispose();
      await other.sandbox.stop({ killTasks: true });
    }
  });
});

describe("the user that a job and its submission are recorded with", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
  });

  after(() => environment.dispose());

  /** As Aurora and Heron's state tree tell it. */
  const users = async () => {
    const tasks = await environment.aurora.tasks(environment.job, { active: true, withConfig: true });
    const tree = await openStateTree({ local: { root: environment.stateRoot } });
    const { executionState } = await tree.read("WordCount");
    await tree.close();
    return {
      owners: [...new Set(tasks.map(({ config }) => config?.owner.user))],
      submitter: executionState?.submissionUser,
      role: executionState?.role,
    };
  };

  it("is the role where the document names none", async () => {
    await environment.project.up();
    assert.deepEqual(await users(), { owners: ["heron"], submitter: "heron", role: "heron" });
  });

  it("is the document's owner, with a rolling restart that records it, and then nothing to do", async () => {
    environment.document({ owner: "ada" });
    await environment.project.up();
    assert.deepEqual(await users(), { owners: ["ada"], submitter: "ada", role: "heron" });
    await environment.project.up("--refresh", "--expect-no-changes");
  });
});

describe("a scheduler's address that changes in the documents", () => {
  let environment: LocalEnvironment;
  let other: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
    other = await LocalEnvironment.start();
    await environment.project.up();
  });

  after(async () => {
    await environment.dispose();
    await other.dispose();
  });

  it("is refused where it is another scheduler's and the job would be left behind on the first", async () => {
    environment.document({ scheduler: { url: other.url } });
    const { code, output } = await environment.project.pulumi(environment.project.command("up"));
    assert.notEqual(code, 0);
    assert.match(
      output,
      /runs on the scheduler that the documents named before.*Nothing was touched.*Destroy it there first/s,
    );
    assert.deepEqual([environment.writes(1).filter((call) => call === "killTasks"), other.writes()], [[], []]);
    assert.equal((await environment.aurora.tasks(environment.job, { active: true })).length, 3);
  });

  it("is recorded where the same scheduler answers there", async () => {
    const url = environment.url.replace("127.0.0.1", "localhost");
    environment.document({ scheduler: { url } });
    const calls = environment.sandbox.requests().length;
    await environment.project.up();
    assert.deepEqual(environment.writes(calls), []);
  });
});
