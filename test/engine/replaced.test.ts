import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { openStateTree } from "../../components/heron/state";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";

const urn = (type: string, resource: string) => new RegExp(`\\$pulumi-nodejs:dynamic/heron:${type}::${resource}$`);

describe("a topology that runs, by the real engine", () => {
  let environment: LocalEnvironment;
  let running: readonly string[];

  afterEach(() => environment.dispose());

  const taskIds = async () =>
    (await environment.aurora.tasks(environment.job, { active: true })).map(({ taskId }) => taskId).sort();
  const digest = async () => (await openStateTree({ local: { root: environment.stateRoot } })).digest("WordCount");
  const urnOf = async (pattern: RegExp) =>
    (await environment.project.resources()).find((resource) => pattern.test(resource.urn))?.urn ?? assert.fail();

  const goesOn = async (unchanged: RegExp) => {
    assert.deepEqual(await taskIds(), running);
    assert.notEqual(await digest(), undefined);
    assert.match((await environment.project.up("--refresh")).output, unchanged);
    assert.deepEqual(await taskIds(), running);
  };

  describe("of the documents", () => {
    beforeEach(async () => {
      environment = await LocalEnvironment.start();
      await environment.project.up();
      running = await taskIds();
    });

    it("goes on where its job is replaced by --replace, which says so", async () => {
      const job = await urnOf(urn("AuroraJob", "WordCount"));
      const { output } = await environment.project.up("--replace", job);
      assert.match(output, /WordCount was not killed: .* by the same one made anew, and it goes on running/);
      await goesOn(/6 unchanged/);
    });

    it("goes on where its job is tainted, and is killed with the stack", async () => {
      await environment.project.succeed([
        "state",
        "taint",
        await urnOf(urn("AuroraJob", "WordCount")),
        "--yes",
        "--stack",
        "test",
      ]);
      await environment.project.up();
      await goesOn(/6 unchanged/);
      await environment.project.destroy();
      assert.deepEqual(await taskIds(), []);
      assert.equal(await digest(), undefined);
    });
  });

  describe("of a program", () => {
    const program = (resource: string) => {
      const { project, job, url, stateRoot, packages } = environment;
      const { name, ...place } = job;
      const cluster = {
        ...place,
        scheduler: { url },
        state: { local: { root: stateRoot } },
        artifacts: { directory: { path: packages } },
        core: { path: relative(project.directory, join(repoRoot, "examples/core/heron-core.tar.gz")) },
      };
      const topology = {
        name,
        package: relative(project.directory, join(repoRoot, "examples/wordcount/wordcount.jar")),
        definition: relative(project.directory, join(repoRoot, "examples/wordcount/wordcount.defn")),
        class: "org.example.WordCount",
        args: ["WordCount"],
      };
      project.write(
        "index.js",
        `const { HeronCluster, HeronTopology } = require("pulumi-heron-aurora");
const cluster = new HeronCluster("dev", ${JSON.stringify(cluster)});
new HeronTopology(${JSON.stringify(resource)}, { cluster, ...${JSON.stringify(topology)} });
`,
      );
    };

    it("goes on where its resource is renamed without an alias", async () => {
      environment = await LocalEnvironment.start();
      program("WordCount");
      await environment.project.up();
      running = await taskIds();
      program("Words");
      assert.match((await environment.project.up()).output, /WordCount was not killed: the stack has it by another/);
      await goesOn(/6 unchanged/);
      await environment.project.destroy();
      assert.deepEqual(await taskIds(), []);
    });
  });
});
