import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import type { Readable } from "node:stream";
import { hasCode } from "../../system-error";

/** How a program ended, and the end of what it said on both streams. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  /** It could not be started at all: the system's word for why (`ENOENT`). */
  readonly notStarted?: string;
  /** The last 16 Ki characters at most. */
  readonly said: string;
}

const keptCharacters = 16 * 1024;
const lastWordsMs = 1000;
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Milliseconds, a good three weeks: of more Node makes one. */
const longestTimer = 2 ** 31 - 1;

/**
 * Runs a program in a process group of its own. The whole group is killed at the deadline, when the program has ended, and
 * when this process is told to end: nothing is left running, unless the program `leaves` something on purpose and ends well.
 */
export function runProgram(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    readonly timeoutMs: number;
    readonly onText?: (text: string) => void;
    readonly leaves?: boolean;
    /** A folder that goes with this process, when that is told to end. */
    readonly workFolder?: string;
  },
): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const child = spawned(command, args, options);
    if (child instanceof Error) {
      resolve({ code: null, signal: null, timedOut: false, said: "", notStarted: child.code ?? child.message });
      return;
    }
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-keptCharacters);
        options.onText?.(text);
      });
    }
    let timedOut = false;
    const deadline = setTimeout(
      () => {
        timedOut = true;
        killGroup(child);
      },
      Math.min(options.timeoutMs, longestTimer),
    );
    const release = killWithUs(child, options.workFolder);

    const ended = (end: Pick<ProgramEnd, "code" | "signal" | "notStarted">): void => {
      clearTimeout(deadline);
      release();
      resolve({ ...end, timedOut, said });
    };
    child.on("error", (error: NodeJS.ErrnoException) =>
      ended({ code: null, signal: null, notStarted: error.code ?? error.message }),
    );
    child.on("exit", (code) => {
      if (options.leaves !== true || code !== 0) killGroup(child);
      // One that has left the group may hold the streams open for ever.
      setTimeout(() => [child.stdout, child.stderr].forEach((stream) => stream.destroy()), lastWordsMs).unref();
    });
    child.on("close", (code, signal) => ended({ code, signal }));
  });
}

/** Of some faults Node tells by an event, of others (arguments too long, a NUL in one) by an exception. */
function spawned(
  command: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): ChildProcessByStdio<null, Readable, Readable> | NodeJS.ErrnoException {
  try {
    return spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

/** Pulumi tells its programs the stack's secrets in the environment: those are not for what is run here. */
export function programEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_")));
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // The group is gone already: that is what we want.
    if (!hasCode(error, "ESRCH")) throw error;
  }
}

/** What is to be done for each program that runs, when this process is told to end. */
const underway = new Set<() => void>();

/** A group of its own hears nothing of the terminal's Ctrl-C: it is passed on until the answer is called. */
function killWithUs(child: ChildProcess, workFolder: string | undefined): () => void {
  const end = (): void => {
    killGroup(child);
    if (workFolder !== undefined) rmSync(workFolder, { recursive: true, force: true, maxRetries: 3 });
  };
  // One set of listeners serves them all: Node takes one for each, of more than ten, for a leak and says so.
  if (underway.size === 0) listen();
  underway.add(end);
  return () => {
    underway.delete(end);
    if (underway.size === 0) listenNoMore();
  };
}

function endAll(): void {
  for (const end of underway) end();
  underway.clear();
}

function endBySignal(signal: NodeJS.Signals): void {
  endAll();
  listenNoMore();
  // Now that we no longer listen, the signal does what it would have done without us.
  process.kill(process.pid, signal);
}

function listen(): void {
  process.on("exit", endAll);
  for (const signal of endings) process.on(signal, endBySignal);
}

function listenNoMore(): void {
  process.off("exit", endAll);
  for (const signal of endings) process.off(signal, endBySignal);
}
