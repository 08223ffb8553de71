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

describe("a program of one's own whose topology is given a secret", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
  });

  after(() => environment.dispose());

  it("is refused as a document would be, by the resource's name and the secret's place, and nothing is touched", async () => {
    const { project } = environment;
    const cluster = {
      ...environment.job,
      scheduler: { url: environment.url },
      state: { local: { root: environment.stateRoot } },
      artifacts: { directory: { path: environment.packages } },
      core: { path: relative(project.directory, join(repoRoot, "examples/core/heron-core.tar.gz")) },
    };
    const { name, ...own } = cluster;
    const topology = {
      package: relative(project.directory, join(repoRoot, "examples/wordcount/wordcount.jar")),
      definition: relative(project.directory, join(repoRoot, "examples/wordcount/wordcount.defn")),
      args: ["--db-password=s3cr3t", "fast", "--token", "t0ken"],
    };
    project.write(
      "index.js",
      `const { HeronCluster, HeronTopology } = require("pulumi-heron-aurora");
const cluster = new HeronCluster("dev", ${JSON.stringify(own)});
new HeronTopology(${JSON.stringify(name)}, { cluster, ...${JSON.stringify(topology)} });
`,
    );
    const { code, output } = await project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"]);
    assert.notEqual(code, 0, output);
    for (const place of ["args[0]", "args[3]"])
      assert.ok(output.includes(`${name}: ${place}: looks like a secret, and could be read in the package`), output);
    assert.doesNotMatch(output, /s3cr3t|t0ken/);
    assert.deepEqual(environment.writes(), []);
  });
});
