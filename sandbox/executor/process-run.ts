import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, openSync, closeSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { startOf } from "./process-table";
import type { Leader } from "./process-tree";
import { membersOf } from "./process-tree";
import type { RunEnd, RunRecord, TaskFolder } from "./task-folder";
import { bySignal } from "./task-folder";

/**
 * Waits for a line, runs the command, writes how it ended to the file `$0`. Whoever starts it writes the line when it
 * has noted its pid: so there is no command that nobody knows of. It outlives the signals that end the command. Its code
 * alone does not tell a command that a signal ended from one that exits with 128 + n of itself: of the former a shell
 * says so, on what is then its own stderr (not of SIGINT and SIGPIPE, which count as exits), and of a plain command dash
 * says it on the command's.
 */
const waiter = `read -r go || exit 127
trap : TERM INT HUP
exec 3>&2 2>"$0.new"
(exec "$@" </dev/null 2>&3 3>&-)
code=$?
if [ -s "$0.new" ]; then code=${bySignal}; fi
echo "$code" >"$0.new" && mv "$0.new" "$0"`;

/** Run as the waiter runs a command: a shell that tells of signals writes something. */
const probe = `trap : TERM INT HUP
(exec /bin/sh -c 'kill -TERM $$')
exit 0`;

/** What waits, and whether it tells of signals: bash does not where it is called sh. */
interface Waiter {
  readonly shell: string;
  readonly tells: boolean;
}

let waiterHere: Waiter | undefined;

function waiterShell(): Waiter {
  if (waiterHere !== undefined) return waiterHere;
  const shell = ["/bin/sh", "/bin/dash", "/bin/bash"].find(
    (each) => existsSync(each) && spawnSync(each, ["-c", probe]).stderr.length > 0,
  );
  return (waiterHere = { shell: shell ?? "/bin/sh", tells: shell !== undefined });
}

const pollMs = 250;

/** A process that was started. */
export interface StartedRun {
  readonly leader: Leader;
  /** Lets the command run. */
  go(): void;
  /** Resolves when it has ended; undefined when its shell was ended with it. */
  readonly ended: Promise<RunEnd | undefined>;
}

/** Starts a process of a task, in a session of its own, as Thermos does: through bash, in a bare environment. */
export function startRun(folder: TaskFolder, { process: name, run }: RunRecord, cmdline: string): StartedRun {
  const logs = folder.logFolder(name, run);
  mkdirSync(logs, { recursive: true });
  const [stdout, stderr] = [openSync(join(logs, "stdout"), "a"), openSync(join(logs, "stderr"), "a")];
  try {
    const child = spawn(waiterShell().shell, ["-c", waiter, folder.exitFile(name, run), shell(), "-c", cmdline], {
      cwd: folder.sandbox,
      env: environment(folder),
      stdio: ["pipe", stdout, stderr],
      detached: true,
    });
    const { pid, stdin } = child;
    // Node tells why by an event as well, which nobody else listens to.
    child.once("error", () => undefined);
    if (pid === undefined || !stdin) {
      throw new Error(`Process ${name} could not be started: is the task's folder ${folder.sandbox} gone?`);
    }
    const leader = { pid, start: startOf(pid) ?? "" };
    const ended = new Promise<RunEnd | undefined>((resolve) => {
      child.once("exit", () => resolve(endOf(folder, name, run)));
    });
    child.unref();
    // The command may be gone before it reads the line.
    stdin.on("error", () => undefined);
    return { leader, ended, go: () => stdin.end("go\n") };
  } finally {
    closeSync(stdout);
    closeSync(stderr);
  }
}

/**
 * Waits for a run that was started by an earlier sandbox process.
 * @param signal calls the waiting off
 */
export async function adoptRun(
  folder: TaskFolder,
  { process: name, run }: RunRecord,
  leader: Leader,
  signal: AbortSignal,
): Promise<RunEnd | undefined> {
  while (!signal.aborted) {
    const end = endOf(folder, name, run);
    if (end !== undefined || startOf(leader.pid) !== leader.start) return end ?? endOf(folder, name, run);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return undefined;
}

/** Whether a run that was not seen to end goes on, or has left how it ended. */
export function isTraceable(folder: TaskFolder, { process, run, leader }: RunRecord): boolean {
  if (folder.end(process, run) !== undefined) return true;
  return leader !== undefined && membersOf(leader).includes(leader.pid);
}

/** Where no shell tells of signals, a code of 128 and more counts as one. */
function endOf(folder: TaskFolder, process: string, run: number): RunEnd | undefined {
  const end = folder.end(process, run);
  const isLikeSignal = typeof end === "number" && end > 128 && end < 160;
  return isLikeSignal && !waiterShell().tells ? bySignal : end;
}

function shell(): string {
  return existsSync("/bin/bash") ? "/bin/bash" : "/bin/sh";
}

function environment(folder: TaskFolder): NodeJS.ProcessEnv {
  const { username } = userInfo();
  const profile = join(folder.sandbox, ".thermos_profile");
  return {
    HOME: folder.sandbox,
    LOGNAME: username,
    USER: username,
    PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin",
    ...(existsSync(profile) && { BASH_ENV: profile }),
  };
}
