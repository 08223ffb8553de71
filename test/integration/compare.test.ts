import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { JobConfiguration } from "../../components/aurora/job-configuration";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";

describe("npm run compare", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
  });

  after(() => environment.dispose());

  const run = async (script: string, ...args: string[]) => {
    const path = join(repoRoot, "bin/scripts", `${script}.js`);
    const child = spawn(process.execPath, [path, "test", ...args], { cwd: environment.project.directory });
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit") as Promise<[number | null]>,
    ]);
    return { stdout, stderr, status };
  };

  it("says of a job that does not run that it does not", async () => {
    const { stdout, status } = await run("compare");
    assert.deepEqual({ stdout, status }, { stdout: "sandbox/heron/devel/WordCount does not run.\n", status: 2 });
  });

  it("refuses a topology that no document has, and names those there are", async () => {
    assert.deepEqual(await run("compare", "WordCount", "Nope"), {
      stdout: "",
      stderr: "The stack test runs no topology Nope. It runs WordCount.\n",
      status: 1,
    });
  });

  it("shows in what a job that somebody else submitted differs, and touches nothing", async () => {
    const { jobConfiguration } = JSON.parse((await run("plan", "WordCount", "--json")).stdout) as {
      readonly jobConfiguration: JobConfiguration;
    };
    const taskConfig = { ...jobConfiguration.taskConfig, priority: 5, metadata: [] };
    await environment.aurora.createJob({ ...jobConfiguration, instanceCount: 2, taskConfig });
    const calls = environment.sandbox.requests().length;
    const { stdout, status } = await run("compare", "WordCount");
    assert.equal(status, 2);
    assert.match(stdout, /^sandbox\/heron\/devel\/WordCount differs:\n {2}instances\n {4}runs {3}2\n {4}wanted 3\n/);
    assert.match(stdout, / {2}priority of instance 0, 1\n {4}runs {3}5\n {4}wanted 0\n?/);
    assert.doesNotMatch(stdout, /command |container resources|health check/);
    assert.deepEqual(environment.writes(calls), []);
  });
});
