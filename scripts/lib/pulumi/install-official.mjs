// Run as a process of its own: `node install-official.mjs <folder> <version>`.
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { officialOptions } from "./official-options.mjs";

const [, , folder, version] = process.argv;
await PulumiCommand.install(officialOptions(folder, version));
