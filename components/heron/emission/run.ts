import { spawn } from "node:child_process";

/** How a program ended, and the end of what it said on both streams. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  /** It could not be started at all: the system's word for why (`ENOENT`). */
  readonly notStarted?: string;
  readonly lastLines: string;
}

const keptCharacters = 16 * 1024;
const keptLines = 20;

/** Runs a program in a process group of its own; the whole group is killed at the deadline. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly timeoutMs: number },
): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    let timedOut = false;
    const killGroup = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch (error) {
        // The group is gone already: that is what we want.
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup();
    }, options.timeoutMs);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-keptCharacters);
      });
    }
    const end = (rest: Pick<ProgramEnd, "code" | "signal" | "notStarted">): void => {
      clearTimeout(timer);
      resolve({ ...rest, timedOut, lastLines: said.trimEnd().split("\n").slice(-keptLines).join("\n") });
    };
    child.on("error", (error: NodeJS.ErrnoException) =>
      end({ code: null, signal: null, notStarted: error.code ?? error.message }),
    );
    child.on("exit", () => {
      // What a main leaves running must not keep us waiting for its output.
      killGroup();
    });
    child.on("close", (code, signal) => end({ code, signal }));
  });
}
