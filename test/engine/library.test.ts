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

  /** @param own JavaScript: what the topology is given beside its package */
  const program = (own: string) => {
    environment.project.write(
      "index.js",
      `const { secret, unsecret } = require("@pulumi/pulumi");
const { HeronCluster, HeronTopology } = require("pulumi-heron-aurora");
const cluster = new HeronCluster("dev", ${JSON.stringify(environment.clusterArgs())});
new HeronTopology(${JSON.stringify(environment.job.name)}, { cluster, ...${JSON.stringify(environment.topologyArgs())}, ...${own} });
`,
    );
  };

  it("is refused as a document would be, by the resource's name and the secret's place, and nothing is touched", async () => {
    program('{ args: ["--db-password=s3cr3t", "fast", "--token", "t0ken"] }');
    const { code, output } = await environment.project.pulumi(environment.project.command("up"));
    assert.notEqual(code, 0, output);
    for (const place of ["args[0]", "args[3]"])
      assert.ok(output.includes(`WordCount: ${place}: looks like a secret, and could be read in the package`), output);
    assert.doesNotMatch(output, /s3cr3t|t0ken/);
    assert.deepEqual(environment.writes(), []);
  });

  it("is refused also where Pulumi alone knows that it is one, in the preview already, until it is said to be none", async () => {
    const given = (value: string) => `{ args: ["fast", ${value}], runtimeConfig: Promise.resolve({ rate: ${value} }) }`;
    program(given('secret("hunter2")'));
    const refused = await environment.project.pulumi(["preview", "--diff", "--stack", "test"]);
    assert.notEqual(refused.code, 0, refused.output);
    for (const place of ["args[1]", "runtimeConfig"])
      assert.ok(
        refused.output.includes(`WordCount: ${place}: is a secret of Pulumi's, and could be read`),
        refused.output,
      );
    assert.doesNotMatch(refused.output, /hunter2|PromiseRejection/);
    program(given('unsecret(secret("hunter2"))'));
    assert.match((await environment.project.preview()).output, /submit 3 containers/);
  });
});
