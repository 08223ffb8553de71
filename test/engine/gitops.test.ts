import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
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
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { dump, load } from "js-yaml";
import { connectAurora } from "../../components/aurora/client";
import { sha256File } from "../../components/file-hash";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";
import { pulumiEnvironment } from "../support/pulumi";
import { unwellCore } from "../support/unwell-core";
import { fileBackend } from "../support/project";
import { sharedVault, type Vault } from "../support/vault";

const secret = "s3cr3t-of-the-state-tree";
const password = "p4ssword-of-the-scheduler";

/** What the jobs write for the page of their run. */
const summary = "summary.md";

const stacks = { dev: "devel", staging: "staging", prod: "prod" } as const;
type Stack = keyof typeof stacks;

describe("a team's repository and its pipeline, from a pull request to production", () => {
  let environment: LocalEnvironment;
  let vault: Vault;
  let folder: string;
  let team: string;

  before(async () => {
    environment = await LocalEnvironment.start({
      tasks: "real",
      users: `[users]\nci = ${password}, admin\n[roles]\nadmin = *\n`,
    });
    vault = await sharedVault();
    folder = mkdtempSync(join(tmpdir(), "heron-gitops-"));
    mkdirSync(join(folder, "state"));
    git(folder, "init", "--bare", "--quiet", "--initial-branch=main", "origin.git");
    team = checkout("team");
    await firstCommit();
  });

  after(async () => {
    for (const stack of Object.keys(stacks)) {
      await pipeline(checkout(`down-${stack}`), "pulumi", ["destroy", "--yes", "--skip-preview", "--stack", stack]);
    }
    await environment.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it("deploys dev, staging and prod in turn on the first merge, each healthy before the next", async () => {
    const merged = await merge();
    assert.deepEqual(merged.done, ["dev", "staging", "prod"], merged.output);
    for (const stack of Object.values(stacks)) assert.equal((await taskIds(stack)).length, 3);
  });

  it("shows on a pull request what each environment would change, and touches none", async () => {
    git(team, "switch", "--quiet", "--create", "scale");
    document("topologies/WordCount", (topology) => ({ ...topology, parallelism: { count: 4 } }));
    push("More counters", "scale");
    const calls = environment.sandbox.requests().length;
    const reviewed = checkout("pull-request", "scale");
    const touched = await environmentsOf(reviewed, "pull-request.yml");
    assert.deepEqual(touched, ["dev", "prod", "staging"]);
    for (const stack of touched) {
      const { code, output } = await job(reviewed, "pull-request.yml", "preview", { stack });
      assert.equal(code, 0, output);
      assert.match(output, /update AuroraJob WordCount: scale out 3 → 4 containers/);
      assert.match(readFileSync(join(reviewed, `preview/${stack}.md`), "utf8"), /scale out 3 → 4 containers/);
      assert.match(readFileSync(join(reviewed, `preview/${stack}.md`), "utf8"), /quota of the role .*heron/);
      assert.ok(existsSync(join(reviewed, `preview/${stack}.html`)));
    }
    assert.deepEqual(environment.writes(calls), []);
  });

  it("scales all of them by the merge, in place, prod by the plan that was reviewed", async () => {
    const before = await taskIds("prod");
    git(team, "switch", "--quiet", "main");
    git(team, "merge", "--quiet", "--no-edit", "scale");
    git(team, "push", "--quiet");
    const merged = await merge();
    assert.deepEqual(merged.done, ["dev", "staging", "prod"], merged.output);
    assert.deepEqual((await taskIds("prod")).slice(0, 3), before);
    assert.equal((await taskIds("prod")).length, 4);
  });

  it("stops at staging when a new core package is unwell there, and leaves prod alone", async () => {
    const [staging, prod] = [await taskIds("staging"), await taskIds("prod")];
    writeFileSync(join(team, "packages/heron-core-2.tar.gz"), await unwellCore());
    for (const stack of ["staging", "prod"]) await setCore(stack, "heron-core-2.tar.gz");
    push("Heron core 2");
    const merged = await merge();
    assert.deepEqual(merged.done, ["dev"]);
    assert.match(merged.output, /ROLLED_BACK/);
    assert.equal((await taskIds("staging")).length, staging.length);
    assert.deepEqual(await taskIds("prod"), prod);
  });

  it("goes back by a revert", async () => {
    const prod = await taskIds("prod");
    git(team, "revert", "--no-edit", "HEAD");
    git(team, "push", "--quiet");
    assert.deepEqual((await merge()).done, ["dev", "staging", "prod"]);
    assert.deepEqual(await taskIds("prod"), prod);
  });

  it("finds a drift by the nightly job, which fails with the difference, and the next deployment mends it", async () => {
    const credentials = { username: "ci", password };
    const somebody = connectAurora({ cluster: "sandbox", scheduler: { url: environment.url }, credentials });
    await somebody.killTasks(jobOf("prod"), [3], "behind its back");
    await somebody.close();
    while ((await taskIds("prod")).length > 3) await new Promise((resolve) => setTimeout(resolve, 50));
    const nightly = checkout("nightly");
    assert.deepEqual(await environmentsOf(nightly, "drift.yml"), ["dev", "prod", "staging"]);
    const calls = environment.sandbox.requests().length;
    const { code, output } = await step(nightly, "drift", "prod");
    assert.equal(code, 2, output);
    assert.match(output, /instances\s*: 4 => 3/);
    assert.deepEqual(environment.writes(calls), []);
    assert.equal((await step(nightly, "deploy", "prod")).code, 0);
    assert.equal((await step(nightly, "drift", "prod")).code, 0);
  });

  it("does only what was reviewed: another change that came in between stops it", async () => {
    const [late] = [checkout("late")];
    change(late, "stacks/topologies/WordCount.yaml", (topology) => ({ ...topology, parallelism: { count: 5 } }));
    assert.equal((await step(late, "preview", "dev", "--out", "preview")).code, 2);
    change(late, "stacks/topologies/WordCount.yaml", (topology) => ({ ...topology, parallelism: { count: 9 } }));
    const before = await taskIds("dev");
    const { code, output } = await step(late, "deploy", "dev", "--reviewed", "preview");
    assert.equal(code, 1, output);
    assert.match(output, /violates plan/);
    assert.deepEqual(await taskIds("dev"), before);
    assert.match(
      (await step(late, "deploy", "dev", "--reviewed", "elsewhere")).output,
      /There is no elsewhere\/dev\.plan/,
    );
  });

  it("does what was reviewed on a machine that knows nothing of what was deployed", async () => {
    const [knowing, other] = [checkout("knowing"), checkout("other")];
    // Its cache then holds what runs, which a preview without a plan names the parts of.
    assert.equal((await step(knowing, "deploy", "dev")).code, 0);
    for (const place of [knowing, other])
      change(place, "stacks/topologies/WordCount.yaml", (topology) => ({
        ...topology,
        priority: 1,
        parallelism: { count: 5 },
      }));
    assert.equal((await step(knowing, "preview", "dev", "--out", "preview")).code, 2);
    cpSync(join(knowing, "preview"), join(other, "preview"), { recursive: true });
    const { code, output } = await step(other, "deploy", "dev", "--reviewed", "preview");
    assert.equal(code, 0, output);
    assert.equal((await step(checkout("knowing"), "deploy", "dev")).code, 0);
  });

  it("has no plan of a preview that fails, not even an older one", async () => {
    const careless = checkout("careless");
    assert.equal((await step(careless, "preview", "prod", "--out", "preview")).code, 0);
    assert.deepEqual(readdirSync(join(careless, "preview")), ["prod.plan.json", "prod.preview.json"]);
    change(careless, "stacks/topologies/WordCount.yaml", (topology) => ({ ...topology, paralelism: {} }));
    assert.equal((await step(careless, "preview", "prod", "--out", "preview")).code, 1);
    assert.deepEqual(readdirSync(join(careless, "preview")), []);
  });

  it("refuses a production topology that breaks a policy, by its name and what to do, and leaves no plan of it", async () => {
    const careless = checkout("policies");
    change(careless, "stacks/topologies/WordCount.yaml", (topology) => ({ ...topology, config: undefined }));
    const { code, output } = await step(careless, "preview", "prod", "--out", "preview");
    assert.equal(code, 1, output);
    assert.match(
      output,
      /policy heron-named-resources \(mandatory\): sandbox\/heron\/prod\/WordCount: leaves topology\.container\.cpu.*name them/,
    );
    assert.match(
      (await step(careless, "deploy", "prod", "--reviewed", "preview")).output,
      /There is no preview\/prod\.plan/,
    );
  });

  it("lets two runs of one environment not meet: one says who holds the lock, and the state is whole", async () => {
    const [one, two] = [checkout("one"), checkout("two")];
    for (const place of [one, two])
      change(place, "stacks/topologies/WordCount.yaml", (topology) => ({ ...topology, restart: "now" }));
    const first = step(one, "deploy", "dev");
    const locks = join(folder, "state/.pulumi/locks");
    const isLocked = () =>
      existsSync(locks) && readdirSync(locks, { recursive: true }).some((file) => String(file).endsWith(".json"));
    while (!isLocked()) await new Promise((resolve) => setTimeout(resolve, 10));
    const second = await step(two, "deploy", "dev");
    assert.equal(second.code, 1, second.output);
    assert.match(second.output, /currently locked by 1 lock/);
    assert.equal((await first).code, 0);
    assert.equal((await step(one, "drift", "dev")).code, 0);
  });

  it("says nothing secret in anything that it printed", () => {
    assert.ok(printed.length > 10_000);
    expectNoSecret(printed, "what was printed");
  });

  it("leaves nothing secret in plans, previews, reports, the runs' summaries and the state", () => {
    const places = readdirSync(folder).filter((place) => existsSync(join(folder, place, "preview")));
    const files = [...places.map((place) => join(place, "preview")), "state"].flatMap((from) =>
      readdirSync(join(folder, from), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name))),
    );
    assert.ok(files.some((file) => file.endsWith(".plan.json")) && files.some((file) => file.startsWith("state/")));
    assert.ok(files.some((file) => file.endsWith(".html")));
    assert.match(readFileSync(join(folder, summary), "utf8"), /WordCount/);
    for (const file of [...files, summary]) expectNoSecret(readFileSync(join(folder, file), "utf8"), file);
  });

  /** Neither as they are, nor as basic authentication sends them. */
  function expectNoSecret(text: string, where: string): void {
    const sent = Buffer.from(`ci:${password}`).toString("base64");
    for (const each of [secret, password, vault.token, sent]) assert.ok(!text.includes(each), where);
  }

  let printed = "";

  /** What the workflow does on a merge: each stack deployed, then looked at; stops at the first that is not well. */
  async function merge(): Promise<{ readonly done: readonly Stack[]; readonly output: string }> {
    const place = checkout("merge");
    const done: Stack[] = [];
    let output = "";
    for (const stack of Object.keys(stacks) as Stack[]) {
      if (stack === "prod") output += (await job(place, "deploy.yml", "prod-preview", { stack })).output;
      const deployed = await job(place, "deploy-stack.yml", "deploy", { stack, reviewed: stack === "prod" });
      output += deployed.output;
      if (deployed.code !== 0) break;
      done.push(stack);
    }
    return { done, output };
  }

  /** What a workflow's first job finds for the matrix of the next. */
  async function environmentsOf(place: string, file: string): Promise<readonly Stack[]> {
    const output = join(folder, "output");
    rmSync(output, { force: true });
    assert.equal((await job(place, file, "environments", {}, { GITHUB_OUTPUT: output })).code, 0);
    const [, stacks = ""] = /^stacks=(.*)$/m.exec(readFileSync(output, "utf8")) ?? [];
    return JSON.parse(stacks) as Stack[];
  }

  /**
   * The commands of a job of the example workflows, as they stand there, but for those that set the runner up or speak to
   * GitHub; ends with the first that fails.
   */
  async function job(
    place: string,
    file: string,
    name: string,
    { stack, reviewed = false }: { readonly stack?: Stack; readonly reviewed?: boolean },
    env: NodeJS.ProcessEnv = {},
  ): Promise<{ readonly code: number | null; readonly output: string }> {
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
      const ended = await pipeline(place, "bash", ["-e", "-o", "pipefail", "-c", run], { STACK: stack, ...env });
      output += ended.output;
      if (ended.code !== 0) return { code: ended.code, output };
    }
    return { code: 0, output };
  }

  function step(place: string, name: string, ...args: readonly string[]) {
    return pipeline(place, "npm", ["run", "--silent", name, "--", ...args]);
  }

  async function pipeline(cwd: string, program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}) {
    const cli = pulumiEnvironment();
    const child = spawn(program, args, {
      cwd,
      env: {
        ...process.env,
        ...cli.env,
        PATH: [dirname(cli.bin), cli.env.PATH ?? process.env.PATH].join(delimiter),
        PULUMI_BACKEND_URL: fileBackend(join(folder, "state")),
        ...vault.env,
        GITHUB_STEP_SUMMARY: join(folder, summary),
        ...more,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
    printed += output;
    return { code, output };
  }

  /** A fresh clone as a runner makes it, with the library installed. */
  function checkout(name: string, branch = "main"): string {
    const place = join(folder, name);
    rmSync(place, { recursive: true, force: true });
    git(folder, "clone", "--quiet", ...(name === "team" ? [] : ["--branch", branch]), "origin.git", name);
    const modules = join(place, "node_modules");
    mkdirSync(join(modules, ".bin"), { recursive: true });
    symlinkSync(repoRoot, join(modules, "pulumi-heron-aurora"));
    symlinkSync(join(repoRoot, "node_modules", "@pulumi"), join(modules, "@pulumi"));
    // As npm makes it.
    const command = `#!/bin/sh\nexec node '${join(repoRoot, "bin/scripts/heron-aurora.js")}' "$@"\n`;
    writeFileSync(join(modules, ".bin/heron-aurora"), command, { mode: 0o755 });
    return place;
  }

  async function firstCommit(): Promise<void> {
    const scripts = Object.fromEntries(
      ["plan", "preview", "deploy", "drift", "report", "environments"].map((name) => [name, `heron-aurora ${name}`]),
    );
    write("package.json", JSON.stringify({ name: "team", private: true, scripts }));
    write("index.js", 'module.exports = require("pulumi-heron-aurora").deployStack;\n');
    write(".gitignore", "node_modules/\n.heron/\npreview/\n");
    write(
      "Pulumi.yaml",
      dump({
        name: "team",
        main: "index.js",
        stackConfigDir: "stacks",
        runtime: { name: "nodejs", options: { typescript: false } },
      }),
    );
    mkdirSync(join(team, "packages"));
    cpSync(join(repoRoot, "examples/core/heron-core.tar.gz"), join(team, "packages/heron-core-1.tar.gz"));
    for (const file of ["wordcount.jar", "wordcount.defn"])
      cpSync(join(repoRoot, "examples/wordcount", file), join(team, "packages", file));
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
    write("stacks/topologies/WordCount.yaml", dump(topology));
    for (const [stack, name] of Object.entries(stacks)) {
      write(`stacks/${stack}.yaml`, dump(stackDocument(name)));
      await setCore(stack, "heron-core-1.tar.gz");
      await pipeline(team, "pulumi", ["stack", "init", stack, "--no-select", "--secrets-provider", vault.provider]);
      const credentials = { "zookeeper.username": secret, "zookeeper.password": secret, username: "ci", password };
      const secrets = Object.entries(credentials).flatMap(([part, value]) => [
        "--secret",
        `heron:credentials.sandbox.${part}=${value}`,
      ]);
      await pipeline(team, "pulumi", ["config", "set-all", "--stack", stack, "--path", ...secrets]);
    }
    push("The team's topologies");
  }

  function stackDocument(name: string): object {
    return {
      cluster: "sandbox",
      role: "heron",
      environment: name,
      scheduler: { url: environment.url },
      state: { local: { root: join(folder, "tree", name) } },
      artifacts: { directory: { path: join(folder, "packages") } },
      core: {},
      defaults: {
        healthCheck: { initialIntervalSeconds: 8, intervalSeconds: 1, timeoutSeconds: 1, maxConsecutiveFailures: 0 },
        update: { watchSeconds: 1, batchSize: 2 },
        timeouts: { create: 60, update: 120, delete: 60 },
      },
    };
  }

  /** Promotes a core package by its digest: what runs is what was tried, never built anew. */
  async function setCore(stack: string, file: string): Promise<void> {
    const sha256 = await sha256File(join(team, "packages", file));
    document(stack, (content) => ({ ...content, core: { path: `../packages/${file}`, sha256 } }));
  }

  function document(name: string, edit: (content: object) => object): void {
    change(team, `stacks/${name}.yaml`, edit);
  }

  function change(place: string, file: string, edit: (content: object) => object): void {
    const path = join(place, file);
    writeFileSync(path, dump(edit(load(readFileSync(path, "utf8")) as object), { skipInvalid: true }));
  }

  function write(file: string, content: string): void {
    mkdirSync(dirname(join(team, file)), { recursive: true });
    writeFileSync(join(team, file), content);
  }

  function push(message: string, branch = "main"): void {
    git(team, "add", "--all");
    git(team, "commit", "--quiet", "--message", message);
    git(team, "push", "--quiet", "origin", `HEAD:${branch}`);
  }

  function git(cwd: string, ...args: readonly string[]): void {
    const who = ["-c", "user.name=Team", "-c", "user.email=team@example.com"];
    execFileSync("git", [...who, ...args], { cwd, stdio: ["ignore", "ignore", "pipe"] });
  }

  function jobOf(stack: Stack) {
    return { ...environment.job, environment: stacks[stack] };
  }

  async function taskIds(stack: string): Promise<string[]> {
    const name = stack in stacks ? stacks[stack as Stack] : stack;
    const tasks = await environment.aurora.tasks({ ...environment.job, environment: name }, { active: true });
    return tasks.sort((a, b) => a.instanceId - b.instanceId).map(({ taskId }) => taskId);
  }
});
