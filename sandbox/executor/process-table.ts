import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hasCode } from "../../components/system-error";

/** A process of this machine. `start` is a text that differs from that of any other process with the same pid. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** The session's leader; its group where the system does not tell. */
  readonly session: number;
  readonly start: string;
}

/** All processes, from /proc or else from `ps`. Zombies are left out: they are over. */
export function processTable(): ProcessEntry[] {
  if (!existsSync("/proc/self/stat")) return tableFromPs();
  return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? (entryFromProc(Number(name)) ?? []) : []));
}

/** What tells a process from a later one of the same pid; undefined when there is no such process. */
export function startOf(pid: number): string | undefined {
  if (existsSync("/proc/self/stat")) return entryFromProc(pid)?.start;
  return tableFromPs().find((entry) => entry.pid === pid)?.start;
}

function entryFromProc(pid: number): ProcessEntry | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name in parentheses may hold anything, spaces and parentheses too.
  const [state, parent, group, session, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z" || state === "X") return undefined;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    start: `${bootId()}/${rest[15] ?? ""}`,
  };
}

let knownBootId: string | undefined;

/** Start times count from the last boot. */
function bootId(): string {
  knownBootId ??= readIfThere("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
  return knownBootId;
}

/** Processes end while they are looked at. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}

function tableFromPs(): ProcessEntry[] {
  const text = execFileSync("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat=,lstart="], { encoding: "utf8" });
  return text.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+)$/.exec(line);
    if (!match || match[4]?.startsWith("Z")) return [];
    const [pid, parent, group] = [Number(match[1]), Number(match[2]), Number(match[3])];
    return [{ pid, parent, group, session: group, start: match[5] ?? "" }];
  });
}
