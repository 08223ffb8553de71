/* global fetch, AbortSignal */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runQuietly } from "../processes.mjs";
import { root } from "../project.mjs";

const vendorSite = "https://get.pulumi.com/";
const siteLimit = 8_000;
const installLimit = 180_000;

/** The name in the cache of the vendor's CLI: of the version that goes with the installed @pulumi/pulumi. */
export function officialName() {
  const manifest = join(root, "node_modules", "@pulumi", "pulumi", "package.json");
  return `pulumi-official-${JSON.parse(readFileSync(manifest, "utf8")).version}`;
}

/** Whether the vendor's site answers: undefined when it does, else why not. */
export async function vendorSiteProblem() {
  try {
    await fetch(vendorSite, { method: "HEAD", signal: AbortSignal.timeout(siteLimit) });
    return undefined;
  } catch (error) {
    return error.cause?.message ?? error.message;
  }
}

/** Installs the vendor's CLI into a folder, by the automation API, in a process of its own that can be stopped. */
export async function installOfficial(folder) {
  const installer = join(root, "scripts", "lib", "pulumi", "install-official.mjs");
  await runQuietly("Installing the official Pulumi CLI", process.execPath, [installer, folder], {
    cwd: root,
    limit: installLimit,
    stillDoing: "still downloading",
  });
}
