import { spawn } from "node:child_process";

export interface PulumiResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `pulumi` from PATH, its output also shown as it comes unless `quiet`. */
export function pulumi(args: readonly string[], { quiet = false, env = {} } = {}): Promise<PulumiResult> {
  const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
      if (!quiet) process[stream].write(text);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, ...output });
    });
  });
}
