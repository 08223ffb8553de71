import { hasCode } from "../../components/system-error";
import type { ProcessEntry } from "./process-table";
import { processTable } from "./process-table";

/** The process that leads a session and group of its own, and what tells it from a later one of its pid. */
export interface Leader {
  readonly pid: number;
  readonly start: string;
}

/**
 * The leader's processes that are alive: its session, its group, and their descendants, wherever these went. When
 * another process has the leader's pid by now, all of the leader's are gone (a pid is not given out while a group or
 * session of that number lives).
 */
export function membersOf(leader: Leader, table: readonly ProcessEntry[] = processTable()): number[] {
  const now = table.find(({ pid }) => pid === leader.pid);
  if (now && now.start !== leader.start) return [];
  const members = new Set(
    table.filter(({ pid, group, session }) => [pid, group, session].includes(leader.pid)).map(({ pid }) => pid),
  );
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const { pid, parent } of table) if (members.has(parent)) members.add(pid);
  }
  return [...members];
}

/** Sends a signal to all of the leader's processes. */
export function signalTree(leader: Leader, signal: NodeJS.Signals): void {
  for (const pid of membersOf(leader)) signalIfThere(pid, signal);
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, "ESRCH")) throw error;
  }
}
