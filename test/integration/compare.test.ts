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
    const [stdout, [status]] = await Promise.all([text(child.stdout), once(child, "exit") as Promise<[number | null]>]);
    return { stdout, status };
  };

  it("says of a job that does not run that it does not", async () => {
    assert.deepEqual(await run("compare"), { stdout: "sandbox/heron/devel/WordCount does not run.\n", status: 2 });
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
