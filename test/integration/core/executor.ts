import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { repoRoot } from "../../support/paths";
import { freePort } from "../../support/ports";

/** The executor's ports, in the order of Heron's `heron.aurora`. */
const portFlags = [
  "server-port",
  "tmanager-controller-port",
  "tmanager-stats-port",
  "shell-port",
  "metrics-manager-port",
  "scheduler-port",
  "metricscache-manager-server-port",
  "metricscache-manager-stats-port",
  "checkpoint-manager-port",
] as const;

/** One container as an agent has it: core and topology package unpacked, the executor started by the recorded command. */
export class Container {
  readonly ports: Readonly<Record<string, number>>;
  private readonly process: ChildProcess;
  private printed = "";

  private constructor(
    readonly number: number,
    folder: string,
    args: readonly string[],
    ports: Readonly<Record<string, number>>,
  ) {
    this.ports = ports;
    const numbered = [`--shard=${number}`, ...portFlags.map((flag) => `--${flag}=${ports[flag] ?? 0}`)];
    this.process = spawn("./heron-core/bin/heron-executor", [...numbered, ...args], {
      cwd: folder,
      // As bare as on an agent: no NODE_PATH, nothing of the checkout.
      env: { PATH: process.env.PATH },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.printed += text));
    }
  }

  /** @param args the arguments of the submitter, those after the ports */
  static async start(
    number: number,
    folder: string,
    args: readonly string[],
    topologyPackage = { unpacked: true },
  ): Promise<Container> {
    const ports = await Promise.all(portFlags.map(async (flag) => [flag, await freePort()] as const));
    execFileSync("tar", ["xzf", join(repoRoot, "examples", "core", "heron-core.tar.gz"), "-C", folder]);
    if (topologyPackage.unpacked) unpackTopology(folder, args);
    return new Container(number, folder, args, Object.fromEntries(ports));
  }

  get output(): string {
    return this.printed;
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  async get(port: string, path: string, init?: RequestInit): Promise<{ status: number; body: string }> {
    const response = await fetch(`http://127.0.0.1:${this.ports[port] ?? 0}${path}`, init);
    return { status: response.status, body: await response.text() };
  }

  /** Sends a signal and waits for the end; answers the exit code. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill(signal);
    return this.exited();
  }

  async exited(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, "exit");
    return this.process.exitCode;
  }

  async printing(what: RegExp): Promise<void> {
    await eventually(
      `container ${this.number} prints ${String(what)}`,
      () => what.test(this.printed),
      () => this.printed,
    );
  }
}

/** The members that the arguments name; what is in them, the stand-in does not read. */
function unpackTopology(folder: string, args: readonly string[]): void {
  mkdirSync(join(folder, "heron-conf"));
  for (const arg of args) {
    const [, file] = /^--(?:topology-defn-file|topology-binary-file|.*-config-file)=(.+)$/.exec(arg) ?? [];
    if (file !== undefined) writeFileSync(join(folder, file), "");
  }
}

/** Waits until it is so. @throws Error with what `found` says when it never is */
export async function eventually(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  found: () => string = () => "",
): Promise<void> {
  const giveUp = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > giveUp) throw new Error(`never: ${what}\n${found()}`);
    await setTimeout(50);
  }
}
