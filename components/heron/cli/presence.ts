import { programEnvironment, runProgram } from "../emission/run";
import { requireVersion, versionSeconds } from "./outcome";

let looked: Promise<void> | undefined;

/**
 * Looks, once in a run, whether there is a `heron` on PATH, and of a version whose command line is known.
 * @throws UserError when there is none, or it is of another version
 */
export function requireHeron(): Promise<void> {
  looked ??= look();
  return looked;
}

async function look(): Promise<void> {
  const options = { cwd: process.cwd(), env: programEnvironment(), timeoutMs: versionSeconds * 1000 };
  requireVersion(await runProgram("heron", ["version"], options));
}
