// Run as a process of its own: `node install-official.mjs <folder>`.
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

await PulumiCommand.install({ root: process.argv[2] });
