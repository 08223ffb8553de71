import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";
import { pulumiEnvironment } from "../support/pulumi";
import { fileBackend, type StateResource } from "../support/project";
import { type AuroraJobProperties, inputsOf } from "../../components/job/registration";
import { jobType } from "../../components/job/urn";

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

describe("docs/gitops.md, from an empty repository to a promoted change", () => {
  let environment: LocalEnvironment;
  let folder: string;
  let team: string;

  before(async () => {
    environment = await LocalEnvironment.start();
    folder = mkdtempSync(join(tmpdir(), "heron-walk-"));
    team = join(folder, "team");
    for (const each of ["team", "state"]) mkdirSync(join(folder, each));
    symlinkSync(repoRoot, join(folder, "pulumi-heron-aurora"));
  });

  after(async () => {
    for (const stack of ["dev", "prod"]) await run(`pulumi destroy --yes --skip-preview --stack ${stack}`);
    await environment.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it("writes its files and runs its commands, each with the exit code it tells", async () => {
    const blocks = walk();
    assert.ok(blocks.length > 10);
    for (const { language, file, text } of blocks) {
      if (file !== undefined) writeFileSync(join(team, file), here(text));
      else {
        assert.equal(language, "sh");
        const { code, output } = await run(here(text));
        assert.equal(code, 0, `${text}\n${output}`);
      }
    }
  });

  it("ends with what it says: the change promoted, the core package in dev alone", async () => {
    const jobs = await Promise.all(
      ["dev", "prod"].map(async (stack) => {
        const { output } = await run(`pulumi stack export --stack ${stack}`);
        const { deployment } = JSON.parse(output) as { deployment: { resources: StateResource[] } };
        const job = deployment.resources.find(({ type }) => type === jobType)?.inputs as
          AuroraJobProperties | undefined;
        return inputsOf(job ?? assert.fail("the topology runs"));
      }),
    );
    for (const { instances, parallelism } of jobs) {
      assert.equal(instances, 4);
      assert.deepEqual(parallelism, { count: 4, words: 2 });
    }
    assert.match(readFileSync(join(team, "stacks/dev.yaml"), "utf8"), /^core:/m);
    assert.doesNotMatch(readFileSync(join(team, "stacks/prod.yaml"), "utf8"), /^core:/m);
    assert.match(readFileSync(join(team, "preview/prod.md"), "utf8"), /scale out 3 → 4 containers/);
  });

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
        PULUMI_BACKEND_URL: fileBackend(join(folder, "state")),
        PULUMI_CONFIG_PASSPHRASE: "of the team",
        GIT_AUTHOR_NAME: "Ada",
        GIT_AUTHOR_EMAIL: "ada@example.org",
        GIT_COMMITTER_NAME: "Ada",
        GIT_COMMITTER_EMAIL: "ada@example.org",
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin.end(commands);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
    return { code, output };
  }
});
