import { spawn } from "node:child_process";
import { changedCredentials, UserError } from "../../components/errors";

export interface PulumiResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether it was asked to stop. */
  readonly interrupted: boolean;
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
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
    child.kill("SIGINT");
  };
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
      resolve({ code, interrupted, ...output });
    });
  });
}

/**
 * {@link pulumi} of what refreshes, which the engine configures with the credentials of the last `up`. Where those are refused, it is
 * run once more with the program, by which the engine takes what is configured now. Not so at once: each resource is then looked at only
 * when its turn comes, by which packages are uploaded before anybody knows whether the scheduler answers.
 */
export async function refreshing(
  args: readonly string[],
  { quiet = false, env = {} }: Parameters<typeof pulumi>[1] = {},
): Promise<PulumiResult> {
  const result = await pulumi(args, { quiet, env });
  if (process.env.PULUMI_RUN_PROGRAM !== undefined || !isRefusedRefresh(result)) return result;
  console.error("Once more, with the credentials that are configured now: those of the last 'pulumi up' may be older.");
  return pulumi(args, { quiet, env: { ...env, PULUMI_RUN_PROGRAM: "true" } });
}

/** What was begun is gone on with by whoever looks at it: a further run may take a paused update to its next batch. */
const begun = /\b(?:creating|updating|deleting|replacing) \(/;

function isRefusedRefresh({ code, interrupted, stdout, stderr }: PulumiResult): boolean {
  const said = stdout + stderr;
  return code !== 0 && !interrupted && said.includes(changedCredentials) && !begun.test(said);
}
