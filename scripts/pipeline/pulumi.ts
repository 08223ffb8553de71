import { spawn } from "node:child_process";
import { UserError } from "../../components/errors";

export interface PulumiResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const interruptions = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs `pulumi` from PATH, its output also shown as it comes unless `quiet`. Ctrl-C, or a pipeline that is cancelled, asks
 * it to stop, once each time, and it is waited for: it ends the operation under way, records it, and frees its lock.
 */
export function pulumi(args: readonly string[], { quiet = false, env = {} } = {}): Promise<PulumiResult> {
  const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: the terminal's Ctrl-C reaches it through us, and not twice.
    detached: true,
  });
  const interrupt = (): void => void child.kill("SIGINT");
  for (const signal of interruptions) process.on(signal, interrupt);
  const release = (): void => interruptions.forEach((signal) => process.off(signal, interrupt));
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
      if (!quiet) process[stream].write(text);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", (error) => {
      release();
      reject(new UserError(`pulumi cannot be run (${error.message}). Install the Pulumi CLI, or put it on PATH.`));
    });
    child.on("close", (code) => {
      release();
      resolve({ code, ...output });
    });
  });
}
