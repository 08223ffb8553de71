import { spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { dump } from "js-yaml";
import { repoRoot } from "./paths";
import { pulumiEnvironment } from "./pulumi";

export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** stdout and stderr as they came. */
  readonly output: string;
  readonly stdout: string;
}

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/**
 * A Pulumi project of a user: a folder of its own that has this library installed as a package, a file backend, and one
 * stack. The real `pulumi` runs in it.
 */
export class TestProject {
  readonly directory: string;

  constructor(
    readonly stack = "test",
    program = 'module.exports = require("pulumi-heron-aurora").deployStack;\n',
  ) {
    this.directory = mkdtempSync(join(tmpdir(), "heron-project-"));
    this.write(
      "Pulumi.yaml",
      dump({
        name: "user",
        main: "index.js",
        stackConfigDir: "stacks",
        runtime: { name: "nodejs", options: { typescript: false } },
      }),
    );
    this.write("package.json", JSON.stringify({ name: "user", private: true }));
    this.write("index.js", program);
    const modules = join(this.directory, "node_modules");
    mkdirSync(modules);
    mkdirSync(join(this.directory, "state"));
    symlinkSync(repoRoot, join(modules, "pulumi-heron-aurora"));
    symlinkSync(join(repoRoot, "node_modules", "@pulumi"), join(modules, "@pulumi"));
  }

  path(...parts: string[]): string {
    return join(this.directory, ...parts);
  }

  write(file: string, content: string | Uint8Array): string {
    const path = this.path(file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  remove(file: string): void {
    rmSync(this.path(file));
  }

  /** Writes the stack document. */
  document(content: object): void {
    this.write(`stacks/${this.stack}.yaml`, dump(content, { skipInvalid: true }));
  }

  /** Writes a topology document. */
  topology(content: { readonly name: string } & Readonly<Record<string, unknown>>): void {
    this.write(`stacks/topologies/${content.name}.yaml`, dump(content, { skipInvalid: true }));
  }

  /**
   * Runs `pulumi` to its end, or until `killAfterMs` when it and everything that it started are killed at once, as by a
   * machine that goes down.
   */
  pulumi(
    args: readonly string[],
    options: { readonly killAfterMs?: number; readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<CommandResult> {
    const { bin, env } = pulumiEnvironment();
    const child = spawn(bin, [...args, "--non-interactive"], {
      cwd: this.directory,
      env: {
        ...process.env,
        ...env,
        PULUMI_BACKEND_URL: `file://${this.path("state")}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        ...options.env,
      },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const all: string[] = [];
    const out: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      all.push(text);
      out.push(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => all.push(text));
    const timer =
      options.killAfterMs === undefined
        ? undefined
        : setTimeout(() => {
            killAll(child.pid, this.directory);
          }, options.killAfterMs);
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => {
        clearTimeout(timer);
        resolve({ code, signal, output: all.join(""), stdout: out.join("") });
      });
    });
  }

  /** Makes the stack. */
  async init(): Promise<void> {
    await this.succeed(["stack", "init", this.stack]);
  }

  /** Runs `pulumi` and expects it to succeed. */
  async succeed(args: readonly string[]): Promise<CommandResult> {
    const result = await this.pulumi(args);
    if (result.code !== 0) throw new Error(`pulumi ${args.join(" ")} exited ${result.code}:\n${result.output}`);
    return result;
  }

  up(...args: string[]): Promise<CommandResult> {
    return this.succeed(["up", "--yes", "--skip-preview", "--stack", this.stack, ...args]);
  }

  preview(...args: string[]): Promise<CommandResult> {
    return this.succeed(["preview", "--diff", "--stack", this.stack, ...args]);
  }

  /** The stack's resources as the backend holds them. */
  async resources(): Promise<readonly StateResource[]> {
    const { stdout } = await this.succeed(["stack", "export", "--stack", this.stack]);
    const state = JSON.parse(stdout) as { deployment: { resources?: StateResource[] } };
    return state.deployment.resources ?? [];
  }

  /** Drops what a killed engine left of its lock and pending operations, as an operator would. */
  async recover(): Promise<void> {
    await this.pulumi(["cancel", "--yes", "--stack", this.stack]);
  }

  dispose(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Kills a process and every one that works in `directory`: the engine's plugins are in process groups of their own. */
function killAll(pid: number | undefined, directory: string): void {
  const real = realpathSync(directory);
  const inside = readdirSync("/proc").filter((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return false;
    try {
      return readlinkSync(join("/proc", entry, "cwd")).startsWith(real);
    } catch (error) {
      // Gone since the folder was listed, or not ours to see.
      if (["ENOENT", "EACCES", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
      throw error;
    }
  });
  for (const victim of [...(pid === undefined ? [] : [pid]), ...inside.map(Number)]) {
    try {
      process.kill(victim, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
