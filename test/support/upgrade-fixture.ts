import { cpSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { repoRoot } from "./paths";
import { TestProject } from "./project";

const folder = join(repoRoot, "test", "golden", "upgrade");

/** The state of a stack as a version of this library left it, with the documents it came from. */
export interface UpgradeFixture {
  readonly name: string;
  /** A `pulumi stack export`. */
  readonly stateFile: string;
  /** Of the inputs, as `inputShape` tells it. */
  readonly shapeFile: string;
  readonly documents: string;
}

/** Where the scheduler of all the fixtures was. */
export const fixturePort = 18081;

/** Oldest first. */
export function upgradeFixtures(): readonly UpgradeFixture[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => upgradeFixture(name))
    .sort((a, b) => Number(a.name) - Number(b.name));
}

export function upgradeFixture(name: string): UpgradeFixture {
  return {
    name,
    stateFile: join(folder, name, "state.json"),
    shapeFile: join(folder, name, "shape.txt"),
    documents: join(folder, name, "documents"),
  };
}

/** A new project, with a stack of nothing, for the documents of the fixture. */
export async function fixtureProject({ documents }: UpgradeFixture): Promise<TestProject> {
  const project = new TestProject();
  cpSync(documents, project.path("stacks"), { recursive: true });
  await project.init();
  return project;
}

export function shapeOf({ shapeFile }: UpgradeFixture): string {
  return readFileSync(shapeFile, "utf8");
}
