import assert from "node:assert/strict";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { load } from "js-yaml";
import { downloadTimeoutMs, actionlint } from "../support/libraries";
import { repoRoot } from "../support/paths";
import { scriptModule } from "../support/script-module";
import { listenOnLoopback } from "../support/loopback";

const gitops = join(repoRoot, "examples/gitops");
const github = join(gitops, "github");
const workflows = join(github, ".github/workflows");
const files = readdirSync(workflows).map((name) => join(workflows, name));
const gitlab = join(gitops, "gitlab/.gitlab-ci.yml");

/** A job of a GitHub workflow, as far as the tests look at it. */
interface GithubJob {
  readonly needs?: string;
  readonly uses?: string;
  readonly environment?: string;
  readonly concurrency?: object;
  readonly permissions?: object;
  readonly with?: object;
  readonly steps?: readonly { readonly uses?: string; readonly with?: Readonly<Record<string, unknown>> }[];
}

function githubJobs(name: string): Readonly<Record<string, GithubJob>> {
  const { jobs } = load(readFileSync(join(workflows, name), "utf8")) as {
    readonly jobs: Readonly<Record<string, GithubJob>>;
  };
  return jobs;
}

/** A job of GitLab's pipeline, with what it takes over from those that it extends. */
interface GitlabJob {
  readonly extends?: string;
  readonly stage?: string;
  readonly rules?: readonly { readonly if: string; readonly when?: string }[];
  readonly resource_group?: string;
  readonly environment?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly script?: readonly string[];
}

function gitlabJob(name: string): GitlabJob {
  const jobs = load(readFileSync(gitlab, "utf8")) as Readonly<Record<string, GitlabJob>>;
  const job = jobs[name] ?? assert.fail(`GitLab's pipeline has no job ${name}`);
  // As GitLab merges them: maps key by key, lists as a whole.
  const above = job.extends === undefined ? {} : gitlabJob(job.extends);
  return { ...above, ...job, variables: { ...above.variables, ...job.variables } };
}

/** The commands of a workflow, from whatever place in it. */
function commands(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(commands);
  if (typeof value !== "object" || value === null) return typeof value === "string" ? [value] : [];
  return Object.values(value).flatMap(commands);
}

describe("the example workflows", () => {
  it("are found without fault by GitHub's linter", function () {
    this.timeout(downloadTimeoutMs);
    const folder = mkdtempSync(join(tmpdir(), "heron-workflows-"));
    try {
      execFileSync("git", ["init", "--quiet", folder]);
      symlinkSync(join(github, ".github"), join(folder, ".github"));
      const found = execFileSync(actionlint(), ["-no-color", "-shellcheck=", "-pyflakes="], {
        cwd: folder,
        encoding: "utf8",
      });
      assert.equal(found, "");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("run scripts only that this project has, and the repository that docs/gitops.md describes", () => {
    const scriptsIn = (json: string) =>
      (JSON.parse(json) as { readonly scripts: Readonly<Record<string, string>> }).scripts;
    const own = scriptsIn(readFileSync(join(repoRoot, "package.json"), "utf8"));
    const page = readFileSync(join(repoRoot, "docs/gitops.md"), "utf8");
    const described = scriptsIn(/^```json\n(.*?)^```$/ms.exec(page)?.[1] ?? "{}");
    const named = [...files, gitlab]
      .flatMap((file) => commands(load(readFileSync(file, "utf8"))))
      .flatMap((text) => [...text.matchAll(/npm run (?:--silent )?([\w-]+)/g)].map(([, name]) => name ?? ""));
    assert.ok(named.length > 10);
    assert.deepEqual(
      [...new Set(named)].filter((name) => !(name in own && name in described)),
      [],
    );
  });

  it("hold no long-lived key, and give a job no more than it needs", () => {
    for (const file of files) {
      const text = readFileSync(file, "utf8");
      assert.doesNotMatch(text, /AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)/, file);
      const { permissions } = load(text) as { readonly permissions?: object };
      assert.deepEqual(permissions, {}, `${file}: nothing by default`);
    }
    const [reads, assumesRole] = [{ contents: "read" }, { contents: "read", "id-token": "write" }];
    const permissions = Object.fromEntries(
      files.map((file) => {
        const jobs = Object.entries(githubJobs(basename(file)));
        return [basename(file), Object.fromEntries(jobs.map(([name, job]) => [name, job.permissions]))];
      }),
    );
    assert.deepEqual(permissions, {
      "deploy.yml": { dev: assumesRole, staging: assumesRole, "prod-preview": assumesRole, prod: assumesRole },
      "deploy-stack.yml": { deploy: assumesRole },
      "drift.yml": { environments: reads, drift: assumesRole },
      "pull-request.yml": { environments: reads, preview: { ...assumesRole, "pull-requests": "write" } },
    });
  });

  it("deploy dev, then staging, then show prod's preview, and then prod by that very plan", () => {
    const jobs = githubJobs("deploy.yml");
    assert.deepEqual(
      Object.entries(jobs).map(([name, { needs }]) => [name, needs]),
      [
        ["dev", undefined],
        ["staging", "dev"],
        ["prod-preview", "staging"],
        ["prod", "prod-preview"],
      ],
    );
    for (const name of ["dev", "staging"]) assert.deepEqual(jobs[name]?.with, { stack: name });
    assert.deepEqual(jobs.prod?.with, { stack: "prod", reviewed: "reviewed-prod" });
    for (const name of ["dev", "staging", "prod"])
      assert.equal(jobs[name]?.uses, "./.github/workflows/deploy-stack.yml", name);
    const kept = jobs["prod-preview"]?.steps?.find(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
    assert.deepEqual(kept?.with, { name: "reviewed-prod", path: "preview" });
    for (const name of ["dev", "staging", "prod"]) {
      assert.equal(gitlabJob(name).stage, name);
      assert.equal(gitlabJob(name).variables?.STACK, name);
    }
    assert.equal(gitlabJob("prod").script?.[0], "npm run deploy -- prod --reviewed preview");
  });

  it("deploy production only once somebody has approved", () => {
    // GitHub asks the reviewers of the environment, GitLab those who may start a job of a protected one.
    assert.equal(githubJobs("deploy-stack.yml").deploy?.environment, "${{ inputs.stack }}");
    const merged = '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE == "push"';
    assert.deepEqual(gitlabJob("prod").rules, [{ if: merged, when: "manual" }]);
    for (const name of ["dev", "staging"]) assert.deepEqual(gitlabJob(name).rules, [{ if: merged }]);
    for (const name of ["dev", "staging", "prod"]) assert.equal(gitlabJob(name).environment, "$STACK");
  });

  it("install one version of the Pulumi CLI, by which a plan is written and used, and the one that is built here", async () => {
    const { builtName } = (await scriptModule("pulumi/from-source.mjs")) as { readonly builtName: string };
    const built = /v([\d.]+)-/.exec(builtName)?.[1];
    const installs = files.flatMap((file) =>
      Object.values(githubJobs(basename(file)))
        .flatMap(({ steps = [] }) => steps)
        .filter(({ uses }) => uses?.startsWith("pulumi/actions@"))
        .map((step) => step.with?.["pulumi-version"]),
    );
    assert.deepEqual(installs, [built, built, built, built]);
    const images = readdirSync(gitops, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"))
      .flatMap((text) => [...text.matchAll(/image: pulumi\/pulumi-nodejs:(\S+)/g)].map(([, version]) => version));
    assert.ok(images.length > 1);
    assert.deepEqual([...new Set(images)], [built]);
  });

  it("let a merge request on GitLab take the role that reads, and only deployments the one that writes", () => {
    const jobs = load(readFileSync(gitlab, "utf8")) as Readonly<
      Record<string, { readonly extends?: string; readonly variables?: { readonly AWS_ROLE_ARN?: string } }>
    >;
    const roleOf = (name: string): string | undefined =>
      jobs[name]?.variables?.AWS_ROLE_ARN ??
      (jobs[name]?.extends === undefined ? undefined : roleOf(jobs[name].extends));
    for (const name of ["preview", "prod-preview", "drift"]) assert.equal(roleOf(name), "$AWS_READ_ROLE_ARN", name);
    for (const name of ["dev", "staging", "prod"]) assert.equal(roleOf(name), "$AWS_DEPLOY_ROLE_ARN", name);
    assert.doesNotMatch(readFileSync(gitlab, "utf8"), /AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)/);
  });

  it("take their environments from the project's documents, and have GitLab's list looked at against them", () => {
    const matrix = (text: string) => /matrix:\n(?: *#.*\n)* +(?:- )?(.*)/.exec(text)?.[1];
    for (const name of ["pull-request.yml", "drift.yml"])
      assert.equal(
        matrix(readFileSync(join(workflows, name), "utf8")),
        "stack: ${{ fromJSON(needs.environments.outputs.stacks) }}",
      );
    const pipeline = load(readFileSync(gitlab, "utf8")) as Readonly<
      Record<"preview" | "drift", { readonly parallel: object }>
    > & { readonly stages: readonly string[] };
    assert.deepEqual(pipeline.preview.parallel, { matrix: [{ STACK: ["dev", "staging", "prod"] }] });
    assert.deepEqual(pipeline.drift.parallel, pipeline.preview.parallel);
    assert.deepEqual(pipeline.stages, ["preview", "dev", "staging", "prod-preview", "prod", "drift"]);
  });

  it("end a GitLab preview of a stack that is not touched, and tell of one that the list lacks", () => {
    const { preview } = load(readFileSync(gitlab, "utf8")) as {
      readonly preview: { readonly script: readonly string[] };
    };
    const until = preview.script.findIndex((text) => text.startsWith("npm run plan"));
    assert.ok(until > 0);
    const script = [...preview.script.slice(0, until), "echo goes on"].join("\n");
    const run = (stack: string, total: number) =>
      spawnSync(
        "bash",
        ["-e", "-c", `npm() { case "$*" in *touched*) echo '["dev"]' ;; *) echo '["dev","qa"]' ;; esac; }\n${script}`],
        {
          encoding: "utf8",
          env: { ...process.env, STACK: stack, CI_NODE_TOTAL: String(total), CI_MERGE_REQUEST_DIFF_BASE_SHA: "0" },
        },
      );
    assert.equal(run("dev", 2).stdout, "goes on\n");
    assert.equal(run("qa", 2).stdout, "Touches nothing of qa.\n");
    const { status, stdout } = run("dev", 1);
    assert.equal(status, 1);
    assert.match(stdout, /environments are \["dev","qa"\]; the matrix of \.gitlab-ci\.yml has 1/);
  });

  it("keep two deployments of one stack apart", () => {
    assert.deepEqual(githubJobs("deploy-stack.yml").deploy?.concurrency, {
      group: "stack-${{ inputs.stack }}",
      "cancel-in-progress": false,
    });
    for (const name of [".deploy", "dev", "staging", "prod", "drift"])
      assert.equal(gitlabJob(name).resource_group, "stack-$STACK", name);
  });

  it("keep one note for each stack on a GitLab merge request, by a token that no command line shows", async () => {
    const { preview } = load(readFileSync(gitlab, "utf8")) as {
      readonly preview: { readonly script: readonly string[] };
    };
    const step = preview.script.find((text) => text.includes("/notes")) ?? assert.fail("the report is written");
    const folder = mkdtempSync(join(tmpdir(), "heron-notes-"));
    const notes = await startNotes("t0ken");
    const write = async (stack: string, report: string): Promise<void> => {
      mkdirSync(join(folder, "preview"), { recursive: true });
      writeFileSync(join(folder, "preview", `${stack}.md`), report);
      const env = { ...process.env, STACK: stack, REPORT_TOKEN: "t0ken", CI_API_V4_URL: notes.url };
      const ids = { CI_PROJECT_ID: "7", CI_MERGE_REQUEST_IID: "3" };
      await promisify(execFile)("bash", ["-ec", step], { cwd: folder, env: { ...env, ...ids } });
    };
    try {
      await write("dev", "first");
      await write("prod", "another");
      await write("dev", "second");
      assert.deepEqual(
        notes.bodies().map((body) => body.replace(/<!-- preview of the stack (\w+) -->\n/, "$1: ")),
        ["nobody's", "dev: second", "prod: another"],
      );
      assert.doesNotMatch(step, /--header/);
    } finally {
      await notes.close();
      rmSync(folder, { recursive: true });
    }
  });
});

/** GitLab's notes of one merge request, as its REST API has them, with a note of somebody else's. */
async function startNotes(token: string) {
  const bodies = ["nobody's"];
  const path = "/projects/7/merge_requests/3/notes";
  const answer = async (request: IncomingMessage): Promise<object | undefined> => {
    const [place = "", id] = (request.url ?? "").replace(/\?.*/, "").split(new RegExp(`(?<=${path})/`));
    if (request.headers["private-token"] !== token || place !== path) return undefined;
    const sent = await text(request);
    const body = /name="body"\r\n(?:.*\r\n)?\r\n(.*)\r\n--/s.exec(sent)?.[1] ?? "";
    if (request.method === "PUT") bodies[Number(id)] = body;
    else if (request.method === "POST") bodies.push(body);
    return bodies.map((each, at) => ({ id: at, body: each }));
  };
  const server = createServer((request, response) => {
    void answer(request).then((found) => response.writeHead(found ? 200 : 404).end(JSON.stringify(found ?? {})));
  });
  return {
    url: `http://127.0.0.1:${await listenOnLoopback(server)}`,
    bodies: () => bodies,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
