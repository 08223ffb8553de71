import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runQuietly } from "./processes.mjs";
import { root } from "./project.mjs";
import { note, step } from "./say.mjs";

/**
 * Whether `node_modules` holds what the lock file says.
 *
 * @param lock the `packages` of package-lock.json
 * @param installed the `packages` of node_modules/.package-lock.json, which npm writes when it is done
 */
export function matchesLock(lock, installed) {
  const wanted = Object.entries(lock).filter(([path]) => path !== "");
  const lacking = wanted.some(([path, entry]) => !(path in installed) && !mayLack(entry));
  const differing = Object.entries(installed).some(([path, entry]) => !sameVersion(entry, lock[path]));
  return !lacking && !differing;
}

function mayLack(entry) {
  return entry.optional === true || entry.devOptional === true;
}

function sameVersion(installed, wanted) {
  return installed.version === wanted?.version && installed.integrity === wanted?.integrity;
}

/** Installs the dependencies where they lack or the lock file has changed. */
export async function ensureDependencies() {
  if (await areInstalled()) return;
  step("Dependencies: npm ci");
  note("takes about a minute the first time");
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  await runQuietly("Installing the dependencies", "npm", args, { cwd: root, stillDoing: "still installing" });
}

async function areInstalled() {
  const hidden = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(hidden)) return false;
  return matchesLock(await packagesOf(join(root, "package-lock.json")), await packagesOf(hidden));
}

async function packagesOf(lockFile) {
  return JSON.parse(await readFile(lockFile, "utf8")).packages;
}
