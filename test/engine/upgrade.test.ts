import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { instantSimulation } from "../../sandbox/options";
import { fixturePort, fixtureProject, upgradeFixtures } from "../support/upgrade-fixture";

describe("a stack that an earlier version of this library deployed", () => {
  let dataDir: string;
  let sandbox: Sandbox;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), "heron-upgrade-"));
    sandbox = await startSandbox({ dataDir, clusterName: "sandbox", port: fixturePort, simulate: instantSimulation });
  });

  after(async () => {
    await sandbox.stop({ killTasks: true });
    rmSync(dataDir, { recursive: true });
  });

  for (const fixture of upgradeFixtures()) {
    it(`is previewed and deployed without a change: version ${fixture.name} of the inputs`, async () => {
      const project = await fixtureProject(fixture);
      try {
        await project.succeed(["stack", "import", "--stack", project.stack, "--file", fixture.stateFile]);
        await project.preview("--expect-no-changes");
        await project.succeed(["up", "--yes", "--skip-preview", "--expect-no-changes", "--stack", project.stack]);
      } finally {
        project.dispose();
      }
    });

    it(`is refreshed and destroyed where nothing of it is left: version ${fixture.name} of the inputs`, async () => {
      const project = await fixtureProject(fixture);
      try {
        await project.succeed(["stack", "import", "--stack", project.stack, "--file", fixture.stateFile]);
        const imported = readFileSync(fixture.stateFile, "utf8").match(
          /"type": "pulumi-nodejs:dynamic\/heron:AuroraJob"/g,
        );
        await project.succeed(["destroy", "--yes", "--skip-preview", "--stack", project.stack]);
        assert.deepEqual(await project.resources(), []);
        await project.succeed(["stack", "import", "--stack", project.stack, "--file", fixture.stateFile]);
        const { output } = await project.succeed(["refresh", "--yes", "--skip-preview", "--stack", project.stack]);
        assert.ok(imported && imported.length > 0);
        const left = (await project.resources()).filter(({ type }) => type.endsWith("AuroraJob"));
        assert.deepEqual(left, [], output);
      } finally {
        project.dispose();
      }
    });
  }
});
