import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { readDefinition, writeDefinition } from "../../components/heron/definition";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";
import { pulumiEnvironment } from "../support/pulumi";

/** The stack runs two topologies of three containers, that which the engine comes to first untouched by others; what is reviewed makes them four. */
describe("a deployment of what was reviewed, when somebody else was there in between", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
    const file = "examples/wordcount/wordcount.defn";
    const definition = readDefinition(readFileSync(join(repoRoot, file)), file);
    environment.project.write("stacks/topologies/Another.defn", writeDefinition({ ...definition, name: "Another" }));
  });

  beforeEach(async () => {
    const another = { name: "Another", definition: "Another.defn" };
    environment.topology();
    environment.topology(another);
    await environment.project.up("--refresh");
    environment.topology({ parallelism: { count: 4 } });
    environment.topology({ ...another, parallelism: { count: 4 } });
    assert.equal((await step("preview", "--out", "preview")).code, 2);
  });

  after(() => environment.dispose());

  for (const [what, change] of [
    ["another commit was deployed, which scales it otherwise", () => deployOther({ parallelism: { count: 6 } })],
    ["another commit was deployed, which rolls it", () => deployOther({ restart: "now" })],
    ["an instance was killed behind its back", () => environment.aurora.killTasks(environment.job, [2])],
    ["all of it was killed", () => environment.aurora.killTasks(environment.job, "all")],
  ] as readonly (readonly [string, () => Promise<unknown>])[]) {
    it(`is refused where ${what}, and changes nothing; previewed and reviewed again it goes through`, async () => {
      await change();
      const [tasks, calls] = [await taskIds(), environment.sandbox.requests().length];
      const { code, output } = await step("deploy", "--reviewed", "preview");
      assert.equal(code, 1, output);
      assert.match(output, /violates plan/);
      assert.match(
        output,
        /test is not as it was when preview\/test\.plan\.json was made.*npm run preview -- test --out preview/s,
      );
      assert.deepEqual([await taskIds(), environment.writes(calls)], [tasks, []]);
      assert.equal((await step("preview", "--out", "preview")).code, 2);
      assert.equal((await step("deploy", "--reviewed", "preview")).code, 0);
      assert.equal((await taskIds()).length, 4);
    });
  }

  it("goes through where nobody was, and does nothing the second time", async () => {
    assert.equal((await step("deploy", "--reviewed", "preview")).code, 0);
    assert.equal((await taskIds()).length, 4);
    const calls = environment.sandbox.requests().length;
    await step("deploy", "--reviewed", "preview");
    assert.deepEqual(environment.writes(calls), []);
  });

  /** Another commit's deployment; the checkout of the reviewed one then has its own again. */
  async function deployOther(changes: object): Promise<void> {
    environment.topology(changes);
    await environment.project.up("--refresh");
    environment.topology({ parallelism: { count: 4 } });
  }

  async function taskIds(): Promise<readonly string[]> {
    const tasks = await environment.aurora.tasks(environment.job, { active: true });
    return tasks.map(({ taskId }) => taskId).sort();
  }

  function step(name: string, ...args: readonly string[]) {
    const { project } = environment;
    const env = project.environment();
    const path = [dirname(pulumiEnvironment().bin), env.PATH].join(delimiter);
    const command = [join(repoRoot, "bin/scripts/heron-aurora.js"), name, "test", ...args];
    return new Promise<{ readonly code: number; readonly output: string }>((resolve) => {
      const child = execFile(
        process.execPath,
        command,
        { cwd: project.directory, env: { ...env, PATH: path } },
        (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
      );
    });
  }
});
