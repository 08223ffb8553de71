import { processTable, startOf } from "../../sandbox/executor/process-table";

/**
 * Kills a process with all its descendants, in other process groups too, as the loss of a machine would: none of them
 * does anything any more, so that nothing goes on behind a test's back. They are all stopped before the first dies,
 * since a child of the dead has another parent and would not be found.
 */
export function killTree(root: number): void {
  const stopped = new Set<number>();
  for (let found = [root]; found.length > 0; found = descendantsOf(root).filter((pid) => !stopped.has(pid))) {
    for (const pid of found) {
      stopped.add(pid);
      signal(pid, "SIGSTOP");
    }
  }
  for (const pid of stopped) signal(pid, "SIGKILL");
}

/** All that a process has started, and what these have. */
export function descendantsOf(root: number): number[] {
  const table = processTable();
  const childrenOf = (pid: number): number[] =>
    table.filter(({ parent }) => parent === pid).flatMap((child) => [child.pid, ...childrenOf(child.pid)]);
  return childrenOf(root);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // Ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Whether a process runs; a dead one that nobody has waited for yet does not. */
export function isAlive(pid: number): boolean {
  return startOf(pid) !== undefined;
}
