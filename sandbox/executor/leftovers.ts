import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Leader } from "./process-tree";
import { membersOf, signalTree } from "./process-tree";
import { TaskFolder } from "./task-folder";

const graceMs = 5000;

/** Ends processes of tasks that a sandbox left running in its data folder. @returns how many tasks had any */
export async function killLeftovers(dataDir: string): Promise<number> {
  const checkpoints = join(dataDir, "checkpoints");
  const names = existsSync(checkpoints) ? readdirSync(checkpoints) : [];
  const tasks = names.map((name) => openLeaders(dataDir, name)).filter((leaders) => leaders.some(isAlive));
  const leaders = tasks.flat();
  for (const leader of leaders) signalTree(leader, "SIGTERM");
  const deadline = Date.now() + graceMs;
  while (leaders.some(isAlive) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
  for (const leader of leaders) signalTree(leader, "SIGKILL");
  for (const name of names) new TaskFolder(dataDir, name).forgetRuns();
  return tasks.length;
}

function openLeaders(dataDir: string, name: string): Leader[] {
  const runs = new TaskFolder(dataDir, name).readRuns() ?? [];
  return runs.filter(({ endedAt }) => endedAt === undefined).flatMap(({ leader }) => leader ?? []);
}

function isAlive(leader: Leader): boolean {
  return membersOf(leader).length > 0;
}
