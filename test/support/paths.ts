import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The checkout's root, from the compiled file's place in `bin/test/support`. */
export const repoRoot = join(__dirname, "..", "..", "..");

export function goldenPath(...parts: string[]): string {
  return join(repoRoot, "test", "golden", ...parts);
}

/** A golden JSON file, unparsed types: the caller says what it expects. */
export function goldenJson(...parts: string[]): unknown {
  return JSON.parse(readFileSync(goldenPath(...parts), "utf8"));
}
