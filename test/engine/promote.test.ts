import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { sha256File } from "../../components/file-hash";
import { type AuroraJobProperties, inputsOf } from "../../components/job/registration";
import { jobType } from "../../components/job/urn";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";
import type { StateResource } from "../support/project";

/** The stack `test` is where a package is tried; `prod` is what it is promoted to. */
describe("a topology package that is promoted", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
    const { project } = environment;
    mkdirSync(project.path("packages"));
    for (const version of ["1", "2"])
      cpSync(join(repoRoot, "examples/wordcount/wordcount.jar"), project.path(`packages/wordcount-${version}.jar`));
    environment.topology({ package: "../../packages/wordcount-1.jar" });
    project.write(
      "stacks/prod.yaml",
      `# What runs for good.\n${text({ environment: "prod", state: { local: { root: `${environment.stateRoot}-prod` } } })}`,
    );
    await project.succeed(["stack", "init", "prod"]);
    for (const stack of ["test", "prod"]) await up(stack);
  });

  after(async () => {
    await environment.project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "prod"]);
    await environment.dispose();
  });

  it("is what the other stack runs then, byte for byte, and the stack that it comes from stays as it is", async () => {
    const { project } = environment;
    const first = await packageOf("prod");
    const sha256 = await sha256File(project.path("packages/wordcount-2.jar"));
    environment.document({ overlays: { WordCount: { package: "../packages/wordcount-2.jar", sha256 } } });
    await up("test");
    assert.equal(await packageOf("prod"), first);
    promote();
    assert.match(
      readFileSync(project.path("stacks/prod.yaml"), "utf8"),
      /^# What runs for good\.\n[^]*\noverlays:\n {2}WordCount:\n {4}package: \.\.\/packages\/wordcount-2\.jar\n {4}sha256: [0-9a-f]{64}\n$/,
    );
    const from = environment.sandbox.requests().length;
    await up("prod");
    assert.deepEqual(environment.writes(from), ["startJobUpdate"]);
    assert.notEqual(await packageOf("prod"), first);
    const calls = environment.sandbox.requests().length;
    for (const stack of ["test", "prod"])
      await project.succeed(["preview", "--refresh", "--expect-no-changes", "--stack", stack]);
    assert.deepEqual(environment.writes(calls), []);
  });

  it("is held to its digest: another file of that name stops the deployment, and nothing is touched", async () => {
    const { project } = environment;
    project.write("packages/wordcount-2.jar", "another");
    const from = environment.sandbox.requests().length;
    const { code, output } = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "prod"]);
    assert.notEqual(code, 0);
    assert.match(
      output,
      /stacks\/prod\.yaml: overlays\.WordCount\.sha256: wordcount-2\.jar hashes to .*Nothing was touched/,
    );
    assert.deepEqual(environment.writes(from), []);
  });

  function promote(): void {
    const args = [join(repoRoot, "bin/scripts/heron-aurora.js"), "promote", "test", "prod", "WordCount"];
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: environment.project.directory,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
  }

  /** The document of a stack beside the first one. */
  function text(changes: object): string {
    return dump({
      ...(load(readFileSync(environment.project.path("stacks/test.yaml"), "utf8")) as object),
      ...changes,
    });
  }

  function up(stack: string) {
    return environment.project.succeed(["up", "--yes", "--skip-preview", "--stack", stack]);
  }

  async function packageOf(stack: string): Promise<string> {
    const { stdout } = await environment.project.succeed(["stack", "export", "--stack", stack]);
    const { deployment } = JSON.parse(stdout) as { deployment: { resources: readonly StateResource[] } };
    const job = deployment.resources.find(({ type }) => type === jobType)?.inputs as AuroraJobProperties | undefined;
    return inputsOf(job ?? assert.fail("the topology runs")).topologyPackage;
  }
});
