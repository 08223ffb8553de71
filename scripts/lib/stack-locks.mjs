import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { isAlive } from "./processes.mjs";

/**
 * Who holds a stack of a file backend: its lock files' contents.
 * @returns {{pid: number, hostname: string}[]}
 */
export function stackLocks(stateFolder, stack) {
  const locks = join(stateFolder, ".pulumi", "locks");
  if (!existsSync(locks)) return [];
  return readdirSync(locks, { recursive: true })
    .filter((file) => file.endsWith(".json") && basename(dirname(file)) === stack)
    .map((file) => JSON.parse(readFileSync(join(locks, file), "utf8")));
}

/** Whether a lock's owner was a process of this machine that is no more. */
export function isAbandoned(lock) {
  return lock.hostname === hostname() && !isAlive(lock.pid);
}
