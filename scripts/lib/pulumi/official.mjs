/* global fetch, AbortSignal */
import { join } from "node:path";
import { runQuietly } from "../processes.mjs";
import { root } from "../project.mjs";
import { cliVersion } from "./version.mjs";

const vendorSite = "https://get.pulumi.com/";
const siteLimit = 8_000;
const installLimit = 180_000;

/** The name in the cache of the vendor's CLI. */
export const officialName = `pulumi-official-${cliVersion}`;

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
  await runQuietly("Installing the official Pulumi CLI", process.execPath, [installer, folder, cliVersion], {
    cwd: root,
    limit: installLimit,
    stillDoing: "still downloading",
  });
}
