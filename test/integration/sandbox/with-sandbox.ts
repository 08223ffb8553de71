import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Sandbox, SandboxOptions } from "../../../sandbox";
import { startSandbox } from "../../../sandbox";
import { killLeftovers } from "../../../sandbox/executor/leftovers";
import { repoRoot } from "../../support/paths";
import { Client } from "./client";

/** Sandboxes and folders of a test, which are gone after it. */
export class Sandboxes {
  private readonly running = new Set<Sandbox>();
  private readonly folders: string[] = [];
  private readonly children: ChildProcess[] = [];

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), "sandbox-test-"));
    this.folders.push(folder);
    return folder;
  }

  async start(options: Partial<SandboxOptions> = {}): Promise<{ sandbox: Sandbox; client: Client }> {
    const sandbox = await startSandbox({ dataDir: this.folder(), ...options });
    this.running.add(sandbox);
    return { sandbox, client: new Client(sandbox) };
  }

  /** Stops one and leaves its tasks running. */
  async stop(sandbox: Sandbox): Promise<void> {
    this.running.delete(sandbox);
    await sandbox.stop();
  }

  /** Starts `sandbox serve` as a process of its own, and waits for its first line. */
  async serve(...args: string[]): Promise<{ child: ChildProcess; lines: readonly string[]; url: string }> {
    const main = join(repoRoot, "bin", "sandbox", "main.js");
    const child = spawn(process.execPath, [main, "serve", ...args], { stdio: ["ignore", "pipe", "inherit"] });
    this.children.push(child);
    const lines: string[] = [];
    const reader = createInterface(child.stdout).on("line", (line) => lines.push(line));
    await once(reader, "line");
    return { child, lines, url: lines[0]?.replace("sandbox scheduler ", "") ?? "" };
  }

  async tidy(): Promise<void> {
    for (const child of this.children.splice(0)) {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
    for (const folder of this.folders) await killLeftovers(folder);
    for (const sandbox of this.running) await sandbox.stop({ killTasks: true });
    this.running.clear();
    for (const folder of this.folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}
