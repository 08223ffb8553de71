import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox } from "../sandbox";
import { ScheduleStatus } from "../sandbox/scheduler/model";
import { inputShape } from "../test/support/input-shape";
import { fixturePort, fixtureProject, upgradeFixture } from "../test/support/upgrade-fixture";

const delays = { assigned: 0, starting: 0, killing: 0 };

/** Deploys a fixture's documents as this version of the library does, and keeps the state (test/golden/upgrade/README.md). */
async function main(name: string | undefined): Promise<void> {
  if (name === undefined) throw new Error("usage: node bin/scripts/upgrade-fixture.js NUMBER");
  const fixture = upgradeFixture(name);
  const dataDir = mkdtempSync(join(tmpdir(), "heron-upgrade-"));
  const sandbox = await startSandbox({
    dataDir,
    clusterName: "sandbox",
    port: fixturePort,
    // The fetch probe's task ends by itself.
    simulate: {
      delays,
      endOf: ({ assignedTask: { task } }) =>
        task.isService ? undefined : { afterMs: 1, status: ScheduleStatus.FINISHED },
    },
  });
  const project = await fixtureProject(fixture);
  try {
    await project.up();
    const { stdout } = await project.succeed(["stack", "export", "--stack", "test"]);
    const { version, deployment } = JSON.parse(stdout) as { version: number; deployment: { resources: object[] } };
    const resources = deployment.resources.map((resource) => ({
      ...resource,
      created: undefined,
      modified: undefined,
      // Where the program lay that made it.
      sourcePosition: undefined,
      stackTrace: undefined,
    }));
    writeFileSync(fixture.stateFile, `${JSON.stringify({ version, deployment: { resources } }, undefined, 2)}\n`);
    writeFileSync(fixture.shapeFile, inputShape());
    console.log(`${resources.length} resources written to ${fixture.stateFile}`);
  } finally {
    await project.destroy();
    project.dispose();
    await sandbox.stop({ killTasks: true });
    rmSync(dataDir, { recursive: true });
  }
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
