import { fixtureProject, upgradeFixtures } from "../support/upgrade-fixture";

describe("a stack that an earlier version of this library deployed", () => {
  for (const fixture of upgradeFixtures()) {
    it(`is previewed without a change: version ${fixture.name} of the inputs`, async () => {
      const project = await fixtureProject(fixture);
      try {
        await project.succeed(["stack", "import", "--stack", project.stack, "--file", fixture.stateFile]);
        await project.preview("--expect-no-changes");
      } finally {
        project.dispose();
      }
    });
  }
});
