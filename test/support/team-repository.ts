import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { dump, load } from "js-yaml";
import { sha256File } from "../../components/file-hash";
import { repoRoot } from "./paths";
import { fileBackend } from "./project";
import { pulumiEnvironment } from "./pulumi";
import { sharedVault, type Vault } from "./vault";
import { type Ended, ended } from "./whole-output";

/** The team's stacks, in the order in which a merge deploys them, and Aurora's environment of each. */
export const stacks = { dev: "devel", staging: "staging", prod: "prod" } as const;
export type Stack = keyof typeof stacks;

/** Where the team deploys to. */
export interface Target {
  /** The scheduler's address. */
  readonly url: string;
  /** Of the cluster `sandbox`, by part; every stack keeps them. */
  readonly credentials: Readonly<Record<string, string>>;
}

/** A team's repository, whose topology runs in three environments, and the pipeline that the example workflows make of it. */
export class TeamRepository {
  /** All that the commands have printed so far. */
  printed = "";
  /** The checkout that the team works in. */
  readonly team: string;

  private constructor(
    /** Holds the checkouts by name, the state and what the topologies leave. */
    readonly folder: string,
    readonly vault: Vault,
    private readonly target: Target,
  ) {
    mkdirSync(join(folder, "state"));
    this.git(folder, "init", "--bare", "--quiet", "--initial-branch=main", "origin.git");
    this.team = this.checkout("team");
  }

  /** Makes the repository with its first commit, and its stacks. */
  static async create(target: Target): Promise<TeamRepository> {
    const folder = mkdtempSync(join(tmpdir(), "heron-gitops-"));
    const repository = new TeamRepository(folder, await sharedVault(), target);
    try {
      await repository.firstCommit();
    } catch (error) {
      repository.remove();
      throw error;
    }
    return repository;
  }

  /** Takes down what runs. */
  async destroy(): Promise<void> {
    for (const stack of Object.keys(stacks)) {
      const down = ["destroy", "--yes", "--skip-preview", "--stack", stack];
      await this.run(this.checkout(`down-${stack}`), "pulumi", down);
    }
  }

  /** Removes all, once nothing runs any more that uses it. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The page that the jobs of the workflows write for their run. */
  get summary(): string {
    return join(this.folder, "summary.md");
  }

  /** What the workflow does on a merge: each stack deployed, then looked at; stops at the first that is not well. */
  async merge(): Promise<{ readonly done: readonly Stack[]; readonly output: string }> {
    const place = this.checkout("merge");
    const done: Stack[] = [];
    let output = "";
    for (const stack of Object.keys(stacks) as Stack[]) {
      if (stack === "prod") output += (await this.job(place, "deploy.yml", "prod-preview", { stack })).output;
      const deployed = await this.job(place, "deploy-stack.yml", "deploy", { stack, reviewed: stack === "prod" });
      output += deployed.output;
      if (deployed.code !== 0) break;
      done.push(stack);
    }
    return { done, output };
  }

  /** What a workflow's first job finds for the matrix of the next. */
  async environmentsOf(place: string, file: string): Promise<readonly Stack[]> {
    const output = join(this.folder, "output");
    rmSync(output, { force: true });
    assert.equal((await this.job(place, file, "environments", {}, { GITHUB_OUTPUT: output })).code, 0);
    const [, found = ""] = /^stacks=(.*)$/m.exec(readFileSync(output, "utf8")) ?? [];
    return JSON.parse(found) as Stack[];
  }

  /**
   * The commands of a job of the example workflows, as they stand there, but for those that set the runner up or speak to
   * GitHub; ends with the first that fails.
   */
  async job(
    place: string,
    file: string,
    name: string,
    { stack, reviewed = false }: { readonly stack?: Stack; readonly reviewed?: boolean },
    env: NodeJS.ProcessEnv = {},
  ): Promise<Ended> {
    const path = join(repoRoot, "examples/gitops/github/.github/workflows", file);
    const workflow = load(readFileSync(path, "utf8")) as {
      readonly jobs: Readonly<
        Record<string, { readonly steps: readonly { readonly run?: string; readonly if?: string }[] }>
      >;
    };
    const steps = workflow.jobs[name]?.steps ?? assert.fail(`${file} has no job ${name}`);
    const ours = steps.flatMap(({ run, if: condition }) => {
      if (run === undefined || run === "npm ci" || /\bgh /.test(run)) return [];
      if (condition === "inputs.reviewed != ''" && !reviewed) return [];
      if (condition === "inputs.reviewed == ''" && reviewed) return [];
      return [run];
    });
    assert.ok(ours.length > 0 && ours.every((run) => !run.includes("${{")), ours.join("\n"));
    let output = "";
    for (const run of ours) {
      const end = await this.run(place, "bash", ["-e", "-o", "pipefail", "-c", run], { STACK: stack, ...env });
      output += end.output;
      if (end.code !== 0) return { code: end.code, output };
    }
    return { code: 0, output };
  }

  /** `npm run <name>` in a checkout. */
  step(place: string, name: string, ...args: readonly string[]): Promise<Ended> {
    return this.run(place, "npm", ["run", "--silent", name, "--", ...args]);
  }

  /** A fresh clone as a runner makes it, with the library installed. */
  checkout(name: string, branch = "main"): string {
    const place = join(this.folder, name);
    rmSync(place, { recursive: true, force: true });
    const from = name === "team" ? [] : ["--branch", branch];
    this.git(this.folder, "clone", "--quiet", ...from, "origin.git", name);
    const modules = join(place, "node_modules");
    mkdirSync(join(modules, ".bin"), { recursive: true });
    symlinkSync(repoRoot, join(modules, "pulumi-heron-aurora"));
    symlinkSync(join(repoRoot, "node_modules", "@pulumi"), join(modules, "@pulumi"));
    // As npm makes it.
    const command = `#!/bin/sh\nexec node '${join(repoRoot, "bin/scripts/heron-aurora.js")}' "$@"\n`;
    writeFileSync(join(modules, ".bin/heron-aurora"), command, { mode: 0o755 });
    return place;
  }

  /** Has a stack run a core package that lies in the repository, by its digest: what runs is what was tried, never built anew. */
  async setCore(stack: string, file: string): Promise<void> {
    const sha256 = await sha256File(join(this.team, "packages", file));
    this.document(stack, (content) => ({ ...content, core: { path: `../packages/${file}`, sha256 } }));
  }

  /** Edits a document of the team's. */
  document(name: string, edit: (content: object) => object): void {
    this.change(this.team, `stacks/${name}.yaml`, edit);
  }

  /** Edits a YAML file of a checkout. */
  change(place: string, file: string, edit: (content: object) => object): void {
    const path = join(place, file);
    writeFileSync(path, dump(edit(load(readFileSync(path, "utf8")) as object), { skipInvalid: true }));
  }

  /** Commits what the team has changed, and pushes it. */
  push(message: string, branch = "main"): void {
    this.git(this.team, "add", "--all");
    this.git(this.team, "commit", "--quiet", "--message", message);
    this.git(this.team, "push", "--quiet", "origin", `HEAD:${branch}`);
  }

  git(cwd: string, ...args: readonly string[]): void {
    const who = ["-c", "user.name=Team", "-c", "user.email=team@example.com"];
    execFileSync("git", [...who, ...args], { cwd, stdio: ["ignore", "ignore", "pipe"] });
  }

  private async run(
    cwd: string,
    program: string,
    args: readonly string[],
    more: NodeJS.ProcessEnv = {},
  ): Promise<Ended> {
    const cli = pulumiEnvironment();
    const child = spawn(program, args, {
      cwd,
      env: {
        ...process.env,
        ...cli.env,
        PATH: [dirname(cli.bin), cli.env.PATH ?? process.env.PATH].join(delimiter),
        PULUMI_BACKEND_URL: fileBackend(join(this.folder, "state")),
        ...this.vault.env,
        GITHUB_STEP_SUMMARY: this.summary,
        ...more,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const end = await ended(child);
    this.printed += end.output;
    return end;
  }

  private async firstCommit(): Promise<void> {
    const scripts = Object.fromEntries(
      ["plan", "preview", "deploy", "drift", "report", "environments"].map((name) => [name, `heron-aurora ${name}`]),
    );
    this.write("package.json", JSON.stringify({ name: "team", private: true, scripts }));
    this.write("index.js", 'module.exports = require("pulumi-heron-aurora").deployStack;\n');
    this.write(".gitignore", "node_modules/\n.heron/\npreview/\n");
    this.write(
      "Pulumi.yaml",
      dump({
        name: "team",
        main: "index.js",
        stackConfigDir: "stacks",
        runtime: { name: "nodejs", options: { typescript: false } },
      }),
    );
    mkdirSync(join(this.team, "packages"));
    cpSync(join(repoRoot, "examples/core/heron-core.tar.gz"), join(this.team, "packages/heron-core-1.tar.gz"));
    for (const file of ["wordcount.jar", "wordcount.defn"])
      cpSync(join(repoRoot, "examples/wordcount", file), join(this.team, "packages", file));
    const topology = {
      name: "WordCount",
      package: "../../packages/wordcount.jar",
      definition: "../../packages/wordcount.defn",
      config: {
        "topology.container.cpu": 3,
        "topology.container.ram": 4294967296,
        "topology.container.disk": 15032385536,
      },
    };
    this.write("stacks/topologies/WordCount.yaml", dump(topology));
    for (const stack of Object.keys(stacks) as Stack[]) await this.makeStack(stack);
    this.push("The team's topologies");
  }

  private async makeStack(stack: Stack): Promise<void> {
    this.write(`stacks/${stack}.yaml`, dump(this.stackDocument(stacks[stack])));
    await this.setCore(stack, "heron-core-1.tar.gz");
    const provider = ["--secrets-provider", this.vault.provider];
    await this.run(this.team, "pulumi", ["stack", "init", stack, "--no-select", ...provider]);
    const secrets = Object.entries(this.target.credentials).flatMap(([part, value]) => [
      "--secret",
      `heron:credentials.sandbox.${part}=${value}`,
    ]);
    await this.run(this.team, "pulumi", ["config", "set-all", "--stack", stack, "--path", ...secrets]);
  }

  private stackDocument(environment: string): object {
    return {
      cluster: "sandbox",
      role: "heron",
      environment,
      scheduler: { url: this.target.url },
      state: { local: { root: join(this.folder, "tree", environment) } },
      artifacts: { directory: { path: join(this.folder, "packages") } },
      core: {},
      defaults: {
        healthCheck: { initialIntervalSeconds: 8, intervalSeconds: 1, timeoutSeconds: 1, maxConsecutiveFailures: 0 },
        update: { watchSeconds: 1, batchSize: 2 },
        timeouts: { create: 60, update: 120, delete: 60 },
      },
    };
  }

  private write(file: string, content: string): void {
    mkdirSync(dirname(join(this.team, file)), { recursive: true });
    writeFileSync(join(this.team, file), content);
  }
}
