import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repoRoot } from "../support/paths";

const all = ["dev", "prod", "staging"];

/** In a copy of examples/environments, whose topology Clicks-experiment runs in dev alone. */
describe("npm run environments", () => {
  let folder: string;
  let project: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "heron-touched-"));
    project = join(folder, "repository/streaming");
    for (const file of ["environments", "core/heron-core.tar.gz", "wordcount/wordcount.jar"])
      cpSync(join(repoRoot, "examples", file), join(folder, "repository", file), { recursive: true });
    renameSync(join(folder, "repository/environments"), project);
    rmSync(join(project, ".heron"), { recursive: true, force: true });
    words("Words");
    git("init", "--quiet", "--initial-branch=main", "..");
    commit();
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("prints the stacks that have documents, without what they share, Pulumi's own files and a machine's own stack", () => {
    for (const name of ["local", "Pulumi.dev"]) edit(`${name}.yaml`, "");
    assert.deepEqual(environments(), all);
  });

  it("tells of a file that can be no stack's document", () => {
    edit("$(reboot).yaml", "");
    assert.match(command().stderr, /\$\(reboot\)\.yaml can be no stack's document: .* Rename the file/);
    renameSync(join(project, "stacks/$(reboot).yaml"), join(project, "stacks/qa.yml"));
    assert.match(command().stderr, /^Nothing reads .*stacks\/qa\.yml\. Call it qa\.yaml,/);
  });

  for (const [what, change, touched] of [
    ["nothing", () => undefined, []],
    ["a stack's document", () => edit("staging.yaml"), ["staging"]],
    ["a stack's configuration", () => edit("Pulumi.prod.yaml", "config: {}\n"), ["prod"]],
    ["what they share", () => edit("defaults.yaml"), all],
    ["a topology that all of them run", () => edit("topologies/Billing.yaml"), all],
    ["a topology that one of them runs", () => edit("topologies/Clicks-experiment.yaml"), ["dev"]],
    ["a file that a topology of one of them names", () => edit("topologies/Clicks-experiment.defn"), ["dev"]],
    [
      "a stack's document and another's topology",
      () => ["prod.yaml", "topologies/Clicks-experiment.yaml"].forEach((file) => edit(file)),
      ["dev", "prod"],
    ],
    ["another name of a topology, which a stack no longer runs", () => words("Words-experiment"), ["dev", "staging"]],
    ["a package that all of them name", () => appendFileSync(join(project, "../wordcount/wordcount.jar"), " "), all],
    ["a topology's document that is gone", () => rmSync(stacks("topologies/Clicks-experiment.yaml")), all],
    [
      "a document under another name",
      () => renameSync(stacks("topologies/Billing.yaml"), stacks("topologies/Bills.yaml")),
      all,
    ],
    ["the program", () => writeFileSync(join(project, "index.js"), "// another\n"), all],
    ["what lies beside the project", () => writeFileSync(join(project, "../package-lock.json"), "{}"), all],
    ["a document that is wrong", () => edit("prod.yaml", "enviroment: prod\n"), ["prod"]],
  ] as readonly (readonly [string, () => unknown, readonly string[]])[]) {
    it(`finds touched by ${what}: ${touched.join(", ") || "none"}`, () => {
      git("switch", "--quiet", "--create", "change");
      change();
      commit();
      // What has come to the other branch since is no part of the change.
      git("switch", "--quiet", "main");
      edit("dev.yaml");
      commit();
      git("switch", "--quiet", "change");
      assert.deepEqual(environments("--touched-since", "main"), touched);
    });
  }

  it("says of a commit that the clone lacks how to come by it", () => {
    assert.match(
      command("--touched-since", "elsewhere").stderr,
      /elsewhere.*fetch more of them \(fetch-depth, GIT_DEPTH\)/,
    );
  });

  function environments(...args: readonly string[]): readonly string[] {
    const { status, stdout, stderr } = command(...args);
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as string[];
  }

  function command(...args: readonly string[]) {
    const script = join(repoRoot, "bin/scripts/heron-aurora.js");
    return spawnSync(process.execPath, [script, "environments", ...args], { cwd: project, encoding: "utf8" });
  }

  function stacks(file: string): string {
    return join(project, "stacks", file);
  }

  function edit(file: string, text = "# changed\n"): void {
    appendFileSync(stacks(file), text);
  }

  /** A topology in the document of `Words`, by another name. */
  function words(name: string): void {
    const experiment = readFileSync(stacks("topologies/Clicks-experiment.yaml"), "utf8");
    writeFileSync(
      stacks("topologies/Words.yaml"),
      experiment.replace("name: Clicks-experiment", `name: ${name}`).replace("experiment.defn", "words.defn"),
    );
    writeFileSync(stacks("topologies/Clicks-words.defn"), "");
  }

  function commit(): void {
    git("add", "--all", "..");
    git("commit", "--quiet", "--allow-empty", "--message", "change");
  }

  function git(...args: readonly string[]): void {
    execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], { cwd: project });
  }
});
