import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where downloads and builds that outlive a checkout are kept. */
export function cacheFolder() {
  return process.env.HERON_AURORA_CACHE ?? join(homedir(), ".cache", "pulumi-heron-aurora");
}

/** Where a cached folder is, whether it is there or not. */
export function cachePath(name) {
  return join(cacheFolder(), name);
}

/** Whether a folder is in the cache. One that is there is complete: it was moved into place in one step. */
export function isCached(name) {
  return existsSync(cachePath(name));
}

/** A folder of the cache; where it lacks, `make(folder)` fills it. Safe when several processes do this at once. */
export async function cached(name, make) {
  if (isCached(name)) return cachePath(name);
  await mkdir(cacheFolder(), { recursive: true });
  const work = await mkdtemp(cachePath(`.${name}-`));
  try {
    await make(work);
    await moveInPlace(work, name);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return cachePath(name);
}

// Another process may have been faster: what it made is as good as ours.
async function moveInPlace(work, name) {
  try {
    await rename(work, cachePath(name));
  } catch (error) {
    if (!isCached(name)) throw error;
  }
}
