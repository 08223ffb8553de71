import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../components/errors";
import { startOf } from "./executor/process-table";

/** Which sandbox runs on a data folder: `sandbox.json` in it. */
export interface RunningSandbox {
  readonly pid: number;
  /** Tells the process from a later one of its pid. */
  readonly start: string;
  /** Of its API. */
  readonly url: string;
}

/** @returns undefined when none runs, also when one ended without tidying up */
export function readRunning(dataDir: string): RunningSandbox | undefined {
  const file = fileIn(dataDir);
  if (!existsSync(file)) return undefined;
  const running = JSON.parse(readFileSync(file, "utf8")) as RunningSandbox;
  return isAlive(running) ? running : undefined;
}

export function isAlive({ pid, start }: RunningSandbox): boolean {
  return startOf(pid) === start;
}

/** @throws UserError when a sandbox runs on the folder */
export function assertNotRunning(dataDir: string): void {
  const running = readRunning(dataDir);
  if (running) {
    throw new UserError(
      `A sandbox already runs on ${dataDir}: process ${running.pid}, ${running.url}. Stop it first, or take another folder.`,
    );
  }
}

export function writeRunning(dataDir: string, url: string): void {
  const running: RunningSandbox = { pid: process.pid, start: startOf(process.pid) ?? "", url };
  const file = fileIn(dataDir);
  writeFileSync(`${file}.new`, `${JSON.stringify(running)}\n`);
  renameSync(`${file}.new`, file);
}

export function removeRunning(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}

function fileIn(dataDir: string): string {
  return join(dataDir, "sandbox.json");
}
