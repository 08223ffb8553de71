import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { repoRoot } from "./paths";

/** The Pulumi CLI: its executable, and what to set beside the process's own environment when it runs. */
export interface PulumiEnvironment {
  readonly bin: string;
  readonly env: Readonly<Record<string, string>>;
}

let found: PulumiEnvironment | undefined;

/** The Pulumi CLI that `npm start` uses, got first where it lacks (minutes). */
export function pulumiEnvironment(): PulumiEnvironment {
  found ??= JSON.parse(
    execFileSync(process.execPath, [join(repoRoot, "scripts", "pulumi-cli.mjs")], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    }),
  ) as PulumiEnvironment;
  return found;
}
