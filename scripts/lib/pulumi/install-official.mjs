// Run as a process of its own: `node install-official.mjs <folder> <version>`.
import { createRequire } from "node:module";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

// The version must be of the class that the automation API compares versions with: without one it takes the SDK's own,
// which is older than what the tests run on.
const ofPulumi = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/automation/index.js"));
const { SemVer } = ofPulumi("semver");

const [, , folder, version] = process.argv;
await PulumiCommand.install({ root: folder, version: new SemVer(version) });
