import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { packageMark } from "../../components/artifacts/store";
import { sha256File } from "../../components/file-hash";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";
import { pulumiEnvironment } from "../support/pulumi";
import type { StateResource } from "../support/project";
import { type AuroraJobProperties, inputsOf } from "../../components/job/registration";
import { jobType } from "../../components/job/urn";
import { ended } from "../support/whole-output";

/** A block of the walk: the text of a file, or commands. */
interface Block {
  readonly language: string;
  /** Of the file; none for commands. */
  readonly file: string | undefined;
  readonly text: string;
}

function walk(): readonly Block[] {
  const page = readFileSync(join(repoRoot, "docs/gitops.md"), "utf8");
  const section = page.slice(page.indexOf("## From an empty repository to a promoted change"));
  return [...section.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(([, language = "", file, text = ""]) => ({
    language,
    file,
    text,
  }));
}

/** Aurora's environment of each stack of the walk. */
const environments = { dev: "devel", prod: "prod" } as const;
type Stack = keyof typeof environments;

/** What whoever deploys says once, and every later shell needs. */
const settings = /^export .*$/gm;

describe("docs/gitops.md, from an empty repository to a promoted change", () => {
  let environment: LocalEnvironment;
  let folder: string;
  let team: string;
  let exported: readonly string[] = [];

  before(async () => {
    environment = await LocalEnvironment.start();
    folder = mkdtempSync(join(tmpdir(), "heron-walk-"));
    team = join(folder, "team");
    mkdirSync(team);
    symlinkSync(repoRoot, join(folder, "pulumi-heron-aurora"));
  });

  after(async () => {
    for (const stack of ["dev", "prod"]) await run(`pulumi destroy --yes --skip-preview --stack ${stack}`);
    await environment.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it("writes its files and runs its commands, each with the exit code it tells", async () => {
    const blocks = walk().slice(0, -1);
    assert.ok(blocks.length > 10);
    for (const block of blocks) await play(block);
    assert.deepEqual(
      exported.map((line) => line.split("=", 1)[0]),
      ["export PULUMI_BACKEND_URL", "export PULUMI_CONFIG_PASSPHRASE"],
    );
  });

  it("runs the promoted core package in dev and prod before its last block", async () => {
    const [one, two] = await coreDigests();
    assert.notEqual(one, two);
    assert.deepEqual(await running("dev"), [two]);
    assert.deepEqual(await running("prod"), [two]);
  });

  it("goes back in prod by its last block, a revert, and leaves dev with the new core package", async () => {
    const last = walk().at(-1) ?? assert.fail("the section has blocks");
    assert.match(last.text, /^git revert .*\nnpm run deploy -- prod\n$/);
    await play(last);
    const [one, two] = await coreDigests();
    assert.deepEqual(await running("prod"), [one]);
    assert.deepEqual(await running("dev"), [two]);
  });

  it("ends with what it says: the change promoted, the core package in dev alone", async () => {
    const jobs = await Promise.all([kept("dev"), kept("prod")]);
    for (const { instances, parallelism } of jobs) {
      assert.equal(instances, 4);
      assert.deepEqual(parallelism, { count: 4, words: 2 });
    }
    assert.match(readFileSync(join(team, "stacks/dev.yaml"), "utf8"), /^core:/m);
    assert.doesNotMatch(readFileSync(join(team, "stacks/prod.yaml"), "utf8"), /^core:/m);
    assert.match(readFileSync(join(team, "preview/prod.md"), "utf8"), /scale out 3 → 4 containers/);
  });

  /** Writes a block's file, or runs its commands. */
  async function play({ language, file, text }: Block): Promise<void> {
    if (file !== undefined) {
      writeFileSync(join(team, file), here(text));
      return;
    }
    assert.equal(language, "sh");
    const { code, output } = await run(here(text));
    assert.equal(code, 0, `${text}\n${output}`);
    exported = [...exported, ...(here(text).match(settings) ?? [])];
  }

  /** Of the core package that the walk begins with, and of the one that dev tries. */
  function coreDigests(): Promise<string[]> {
    return Promise.all(["heron-core", "heron-core-2"].map((name) => sha256File(join(team, `packages/${name}.tar.gz`))));
  }

  /** The digests of the core packages that a stack's active tasks fetch; the state is held to say the same. */
  async function running(stack: Stack): Promise<readonly string[]> {
    const job = { ...environment.job, environment: environments[stack] };
    const tasks = await environment.aurora.tasks(job, { active: true, withConfig: true });
    assert.equal(tasks.length, 4);
    const uris = tasks.map(
      ({ config }) =>
        /[^\s'"\\]*\/core\/heron-core[\w-]*-[0-9a-f]{64}\.tar\.gz/.exec(
          JSON.stringify(config?.executorConfig.data),
        )?.[0] ?? assert.fail("a task fetches its core package"),
    );
    assert.deepEqual([...new Set(uris.map(packageMark))], [(await kept(stack)).corePackage]);
    return [...new Set(uris.map((uri) => uri.slice(-".tar.gz".length - 64, -".tar.gz".length)))];
  }

  /** The job as the state has it. */
  async function kept(stack: Stack) {
    const { output } = await run(`pulumi stack export --stack ${stack}`);
    const { deployment } = JSON.parse(output) as { deployment: { resources: StateResource[] } };
    const job = deployment.resources.find(({ type }) => type === jobType)?.inputs as AuroraJobProperties | undefined;
    return inputsOf(job ?? assert.fail("the topology runs"));
  }

  /** The page's text, with what this machine has in the place of what it names. */
  function here(text: string): string {
    return text
      .replaceAll("http://aurora.example:8081", environment.url)
      .replaceAll("/mnt/heron", join(folder, "mnt"))
      .replaceAll(/^npm pack .*$/gm, "")
      .replaceAll(/^npm install .*$/gm, install());
  }

  /** What `npm pack` and `npm install` leave, by links: test/integration/release.test.ts installs the package for real. */
  function install(): string {
    const modules = join(team, "node_modules");
    return [
      `mkdir -p '${modules}/.bin'`,
      `ln -s '${repoRoot}' '${modules}/pulumi-heron-aurora'`,
      `ln -s '${join(repoRoot, "node_modules", "@pulumi")}' '${modules}/@pulumi'`,
      `printf '#!/bin/sh\\nexec node %s "$@"\\n' '${join(repoRoot, "bin/scripts/heron-aurora.js")}' > '${modules}/.bin/heron-aurora'`,
      `chmod +x '${modules}/.bin/heron-aurora'`,
    ].join("\n");
  }

  async function run(commands: string): Promise<{ readonly code: number | null; readonly output: string }> {
    const cli = pulumiEnvironment();
    const child = spawn("sh", ["-e"], {
      cwd: team,
      env: {
        ...process.env,
        ...cli.env,
        PATH: [dirname(cli.bin), cli.env.PATH ?? process.env.PATH].join(delimiter),
        GIT_AUTHOR_NAME: "Ada",
        GIT_AUTHOR_EMAIL: "ada@example.org",
        GIT_COMMITTER_NAME: "Ada",
        GIT_COMMITTER_EMAIL: "ada@example.org",
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin.end([...exported, commands].join("\n"));
    return ended(child);
  }
});
