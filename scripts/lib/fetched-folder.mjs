import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { root } from "./project.mjs";

/**
 * A folder that is got from somewhere once and kept in $HERON_TEST_CACHE, else in .heron/servers. Safe to run twice and from
 * two processes.
 * @param {{ name: string, version: string, from: string }} what `name`/`version` is the folder; `from`: for the message
 * @param {(work: string, made: string) => void} make fills the folder `made`, which is there; `work` is for what it needs
 *   meanwhile
 * @returns {string} the folder
 */
export function fetchedFolder({ name, version, from }, make) {
  const cache = join(resolve(process.env.HERON_TEST_CACHE ?? join(root, ".heron", "servers")), name);
  const folder = join(cache, version);
  if (existsSync(folder)) return folder;
  console.error(`Getting ${name} ${version} from ${from} into ${folder} …`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "download-"));
  try {
    const made = join(work, "made");
    mkdirSync(made);
    make(work, made);
    moveInPlace(made, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

// Another process may have been faster: what it got is as good as ours.
function moveInPlace(made, folder) {
  try {
    renameSync(made, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
