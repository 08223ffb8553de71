import { execFileSync } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { compileCache, recentNode } from "./libraries";
import { repoRoot } from "./paths";

/** The Pulumi CLI: its executable, and what to set beside the process's own environment when it runs. */
export interface PulumiEnvironment {
  readonly bin: string;
  readonly env: Readonly<Record<string, string>>;
}

let found: PulumiEnvironment | undefined;
let isOnOwnNode = false;

/** From now on programs and providers run on the Node that is on PATH, as a user's do. */
export function useOwnNode(): void {
  isOnOwnNode = true;
  found = undefined;
}

/**
 * The Pulumi CLI that `npm start` uses, got first where it lacks (minutes). Its programs and providers run on a Node that
 * keeps what it has compiled, unless {@link useOwnNode} was called: half of the time that a small run takes goes into
 * compiling Pulumi's SDK.
 */
export function pulumiEnvironment(): PulumiEnvironment {
  return (found ??= isOnOwnNode ? cliEnvironment() : withRecentNode(cliEnvironment()));
}

function cliEnvironment(): PulumiEnvironment {
  return JSON.parse(
    execFileSync(process.execPath, [join(repoRoot, "scripts", "pulumi-cli.mjs")], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    }),
  ) as PulumiEnvironment;
}

function withRecentNode({ bin, env }: PulumiEnvironment): PulumiEnvironment {
  const NODE_OPTIONS = `--require=${join(__dirname, "quick-node.js")}`;
  const PATH = [dirname(bin), recentNode(), env.PATH ?? ""].join(delimiter);
  return { bin, env: { ...env, PATH, NODE_COMPILE_CACHE: compileCache(), NODE_OPTIONS } };
}
