import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalEnvironment } from "../support/local-environment";

/** When the whole `pulumi up` is killed, in milliseconds after its start; it takes about five seconds here. */
const moments = [2600, 3200, 3600, 3900, 4200, 4500, 5000, 6000];

describe("a `pulumi up` that is killed with everything it started", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
  });

  after(() => environment.dispose());

  const instances = async () =>
    (await environment.aurora.tasks(environment.job, { active: true }))
      .filter(({ status }) => status === "RUNNING")
      .map(({ instanceId }) => instanceId)
      .sort();
  const tree = () =>
    ["topologies", "packingplans", "schedulers"].map((directory) =>
      readFileSync(join(environment.stateRoot, directory, "WordCount")).toString("hex"),
    );

  for (const moment of moments) {
    it(`after ${moment} ms leaves what the next run completes: create, roll and scale`, async () => {
      const { project } = environment;
      const up = ["up", "--yes", "--skip-preview", "--stack", "test"];

      environment.topology();
      await project.pulumi(up, { killAfterMs: moment });
      await project.recover();
      await project.up("--refresh");
      assert.deepEqual(await instances(), [0, 1, 2]);
      const undisturbed = tree();

      environment.topology({ parallelism: { count: 5 }, restart: String(moment) });
      await project.pulumi(up, { killAfterMs: moment });
      await project.recover();
      await project.up("--refresh");
      assert.deepEqual(await instances(), [0, 1, 2, 3, 4]);
      assert.notDeepEqual(tree(), undisturbed);

      const jobs = await environment.aurora.jobs("heron");
      assert.deepEqual(
        jobs.map(({ job }) => job.name),
        ["WordCount"],
      );
      await project.succeed(["destroy", "--yes", "--skip-preview", "--stack", "test"]);
      assert.deepEqual(await instances(), []);
    });
  }
});
