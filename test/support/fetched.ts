import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { repoRoot } from "./paths";

/** What a script of `scripts/<folder>` has fetched or built, by what it prints: a path, or a class path. */
export function fetched(folder: "libraries" | "linters" | "servers", script: string): string {
  return execFileSync(process.execPath, [join(repoRoot, "scripts", folder, script)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  }).trim();
}
