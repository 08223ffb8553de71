import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CliTarget, plainLines, requireSuccess, requireVersion, versionSeconds } from "../../heron/cli";
import { programEnvironment, runProgram } from "../../heron/emission/run";
import type { Target, World } from "../target";
import type { HeronCall } from "./call";

/** Runs one command of the CLI; its lines are shown as progress. @throws UserError when it fails or takes too long */
export type Heron = (argumentsFor: (target: CliTarget) => string[], seconds: number) => Promise<void>;

/** Takes text as it comes, and hands on each line once it is whole. */
function byLine(progress: World["progress"]): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    plainLines(lines.join("\n")).forEach((line) => progress(line));
  };
}

/**
 * Gives `work` the user's `heron`, with the conf dir in a private folder that is removed afterwards in any case. That
 * there is a `heron`, and of which version, is seen before.
 */
export async function withHeron<T>(
  { job, inputs }: Pick<Target, "job" | "inputs">,
  call: HeronCall,
  { progress }: Pick<World, "progress">,
  work: (heron: Heron) => Promise<T>,
): Promise<T> {
  const configPath = await mkdtemp(join(tmpdir(), "heron-conf-"));
  const run = async (args: readonly string[], seconds: number) => {
    const end = await runProgram("heron", args, {
      cwd: configPath,
      env: programEnvironment(),
      timeoutMs: seconds * 1000,
      // Heron's local scheduler is a process that `heron submit` starts.
      leaves: inputs.scheduler.local !== undefined,
      onText: byLine(progress),
    });
    // Of a name that is another one each time, what is kept of the words would be.
    return { ...end, said: end.said.replaceAll(configPath, "conf") };
  };
  try {
    requireVersion(await run(["version"], versionSeconds));
    await mkdir(join(configPath, job.cluster));
    for (const [name, text] of Object.entries(call.conf)) await writeFile(join(configPath, job.cluster, name), text);
    return await work(async (argumentsFor, seconds) => {
      const args = argumentsFor({ job, configPath });
      requireSuccess(`heron ${args.slice(0, 2).join(" ")}`, await run(args, seconds), seconds);
    });
  } finally {
    await rm(configPath, { recursive: true, force: true });
  }
}
