import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runQuietly } from "./processes.mjs";
import { root } from "./project.mjs";
import { step } from "./say.mjs";

/** What the build reads. Generated JavaScript beside its types is among it. */
const sources = [
  "components",
  "policies",
  "stacks/index.ts",
  "sandbox",
  "scripts",
  "test",
  "examples",
  "tsconfig.json",
  "package-lock.json",
];
const cacheFolder = ".heron";
const notSource = new Set(["node_modules", "golden", cacheFolder]);
const stamp = join(root, "bin", ".built");

/** Compiles the project where its sources are newer than the last build. */
export async function ensureBuild() {
  const built = modified(stamp);
  if (!sources.some((source) => newest(join(root, source)) > built)) return;
  step("Build: npm run build");
  const startedAt = new Date();
  await runQuietly("The build", "npm", ["run", "--silent", "build"], { cwd: root });
  await mkdir(join(root, "bin"), { recursive: true });
  await writeFile(stamp, "");
  await utimes(stamp, startedAt, startedAt);
}

/**
 * The latest change of a file, or of a folder and all below it. A folder's own time tells of removed files, unless it is an
 * example's in which a run has made its cache.
 */
export function newest(path) {
  if (!existsSync(path) || !statSync(path).isDirectory()) return modified(path);
  const names = readdirSync(path);
  const own = names.includes(cacheFolder) ? 0 : modified(path);
  return Math.max(own, ...names.filter((name) => !notSource.has(name)).map((name) => newest(join(path, name))));
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}
