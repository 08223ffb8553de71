import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { dump } from "js-yaml";
import { repoRoot } from "./paths";
import { killTree } from "./process-tree";
import { pulumiEnvironment } from "./pulumi";
import { sharedVault, type Vault } from "./vault";

/** URL of a backend in a folder, as docs/state.md has it: whole whenever a run is killed. */
export function fileBackend(folder: string): string {
  return `file://${folder}?metadata=skip`;
}

export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** stdout and stderr as they came. */
  readonly output: string;
  readonly stdout: string;
}

/** A `pulumi` that is running. */
export interface RunningCommand {
  readonly result: Promise<CommandResult>;
  /** Kills it with all that it started (language host, program, providers) at once, as by a machine that goes down. */
  readonly kill: () => void;
  /** Asks it to stop, as Ctrl-C does: once, and the operation under way is ended; twice, and nothing is waited for. */
  readonly interrupt: () => void;
}

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly provider?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** By a stack's name, the files that its first `stack init` of this process has made, whose key the vault keeps as long. */
const initialised = new Map<string, ReadonlyMap<string, Uint8Array>>();

/**
 * A Pulumi project of a user: a folder of its own that has this library installed as a package, a file backend, and one
 * stack. The real `pulumi` runs in it.
 */
export class TestProject {
  readonly directory: string;
  private vault: Vault | undefined;

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

  /** The project in another folder, with all that its user and its state backend hold, as on another machine. */
  copy(): TestProject {
    const other = new TestProject(this.stack);
    const left = ["node_modules", ".heron"].map((name) => this.path(name));
    cpSync(this.directory, other.directory, { recursive: true, filter: (path) => !left.includes(path) });
    other.vault = this.vault;
    return other;
  }

  /** Puts library and engine SDK into the project's own folder, as npm does, in place of links to this checkout. */
  install(): void {
    const modules = this.path("node_modules");
    const ours = join(repoRoot, "node_modules");
    rmSync(modules, { recursive: true });
    cpSync(join(ours, "@pulumi"), join(modules, "@pulumi"), { recursive: true });
    for (const part of ["package.json", "templates", "bin/components"])
      cpSync(join(repoRoot, part), join(modules, "pulumi-heron-aurora", part), { recursive: true });
    for (const name of readdirSync(ours).filter((each) => !/^\.|^@pulumi$|^pulumi-heron-aurora$/.test(each)))
      symlinkSync(join(ours, name), join(modules, name));
  }

  /** Where the backend keeps the stack. */
  private get stateFile(): string {
    return `state/.pulumi/stacks/user/${this.stack}.json`;
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

  removeIfThere(file: string): void {
    rmSync(this.path(file), { force: true });
  }

  /** Writes the stack document. */
  document(content: object): void {
    this.write(`stacks/${this.stack}.yaml`, dump(content, { skipInvalid: true }));
  }

  /** Writes a topology document. */
  topology(content: { readonly name: string } & Readonly<Record<string, unknown>>): void {
    this.write(`stacks/topologies/${content.name}.yaml`, dump(content, { skipInvalid: true }));
  }

  /** What `pulumi` needs in its environment to work on this project, beside the test's own. */
  environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ...pulumiEnvironment().env,
      ...this.vault?.env,
      PULUMI_BACKEND_URL: fileBackend(this.path("state")),
      PULUMI_CONFIG_PASSPHRASE: "test",
    };
  }

  /** Starts `pulumi`. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): RunningCommand {
    const cli = pulumiEnvironment();
    const child = spawn(cli.bin, [...args, "--non-interactive"], {
      cwd: this.directory,
      env: { ...this.environment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const all: string[] = [];
    const out: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      all.push(text);
      out.push(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => all.push(text));
    return {
      result: new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code, signal) => {
          resolve({ code, signal, output: all.join(""), stdout: out.join("") });
        });
      }),
      kill: () => {
        if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) killTree(child.pid);
      },
      interrupt: () => void child.kill("SIGINT"),
    };
  }

  /** Runs `pulumi` to its end. */
  pulumi(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<CommandResult> {
    return this.start(args, env).result;
  }

  /** Makes the stack. Its secrets are encrypted by the stand-in for Vault unless the test is about a passphrase's. */
  async init(secrets: "vault" | "passphrase" = "vault"): Promise<void> {
    if (secrets === "passphrase") {
      await this.succeed(["stack", "init", this.stack]);
      return;
    }
    this.vault = await sharedVault();
    const made = initialised.get(this.stack);
    if (made !== undefined) {
      for (const [file, content] of made) this.write(file, content);
      return;
    }
    await this.succeed(["stack", "init", this.stack, "--secrets-provider", this.vault.provider]);
    const files = ["state/.pulumi/meta.yaml", this.stateFile, `stacks/Pulumi.${this.stack}.yaml`];
    initialised.set(this.stack, new Map(files.map((file) => [file, readFileSync(this.path(file))])));
  }

  /** Runs `pulumi` and expects it to succeed. */
  async succeed(args: readonly string[]): Promise<CommandResult> {
    const result = await this.pulumi(args);
    if (result.code !== 0) throw new Error(`pulumi ${args.join(" ")} exited ${result.code}:\n${result.output}`);
    return result;
  }

  up(...args: string[]): Promise<CommandResult> {
    return this.succeed([...this.command("up"), ...args]);
  }

  async destroy(): Promise<void> {
    await this.succeed(this.command("destroy"));
  }

  /** The command line of an operation that asks nothing. */
  command(operation: "up" | "destroy"): string[] {
    return [operation, "--yes", "--skip-preview", "--stack", this.stack];
  }

  preview(...args: string[]): Promise<CommandResult> {
    return this.succeed(["preview", "--diff", "--stack", this.stack, ...args]);
  }

  /** The stack's resources as the backend holds them. */
  async resources(): Promise<readonly StateResource[]> {
    const state = JSON.parse(await readFile(this.path(this.stateFile), "utf8")) as {
      checkpoint: { latest: { resources?: StateResource[] } };
    };
    return state.checkpoint.latest.resources ?? [];
  }

  /** Drops the lock that a killed engine left, as an operator would; where there is none, there is nothing to do. */
  async recover(): Promise<void> {
    const locks = this.path("state", ".pulumi", "locks");
    const files = existsSync(locks) ? readdirSync(locks, { recursive: true, encoding: "utf8" }) : [];
    if (files.some((file) => file.endsWith(".json"))) await this.pulumi(["cancel", "--yes", "--stack", this.stack]);
  }

  dispose(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
