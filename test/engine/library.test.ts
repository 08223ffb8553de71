import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { heronApiJar } from "../support/libraries";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";

const example = join(repoRoot, "examples", "library");

describe("the example of the library in a program of one's own", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
    const { project } = environment;
    project.install();
    const read = (file: string) => readFileSync(join(example, file), "utf8");
    // Its files lie beside the example, which is elsewhere here.
    const above = relative(project.directory, join(repoRoot, "examples"));
    project.write("index.ts", read("index.ts").replaceAll('"../', `"${above}/`));
    for (const file of ["Pulumi.yaml", "tsconfig.json"]) project.write(file, read(file));
    execFileSync(process.execPath, [join(repoRoot, "node_modules/typescript/bin/tsc"), "-p", project.directory]);
    await project.succeed(["stack", "init", "dev"]);
    const settings = {
      cluster: environment.job.cluster,
      scheduler: environment.url,
      state: environment.stateRoot,
      packages: environment.packages,
      heronApi: heronApiJar(),
    };
    for (const [key, value] of Object.entries(settings)) {
      await project.succeed(["config", "set", "--stack", "dev", key, value]);
    }
  });

  after(() => environment.dispose());

  it("compiles against the published types and puts its two topologies RUNNING", async () => {
    await environment.project.succeed(["up", "--yes", "--skip-preview", "--stack", "dev"]);
    const jobs = await environment.aurora.jobs("heron");
    assert.deepEqual(jobs.map(({ job }) => job.name).sort(), ["Evening", "Morning"]);
    const { output } = await environment.project.succeed(["preview", "--stack", "dev"]);
    assert.match(output, /unchanged/);
    assert.doesNotMatch(output, /to (create|update|delete|replace)/);
  });
});
