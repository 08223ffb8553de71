import { createRequire } from "node:module";

const ofPulumi = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/automation/index.js"));
const { SemVer } = ofPulumi("semver");

/**
 * What the automation API is asked for: this version or a later one, in `folder`. Without a version it takes the SDK's own,
 * which is older than what the tests run on; it compares by its own class.
 */
export function officialOptions(folder, version) {
  return { root: folder, version: new SemVer(version) };
}
