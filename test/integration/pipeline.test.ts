import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { repoRoot } from "../support/paths";

/** Stands in for `pulumi`: notes that it was called, writes a plan, and says what the test has it say. */
const engine = `#!${process.execPath}
const { appendFileSync, writeFileSync } = require("node:fs");
const { STDOUT, STDERR, CODE, CALLS } = process.env;
const args = process.argv.slice(2);
appendFileSync(CALLS, args.join(" ") + "\\n");
if (args.includes("--save-plan")) writeFileSync(args[args.indexOf("--save-plan") + 1], "{}");
process.stdout.write(STDOUT ?? "{}");
process.stderr.write(STDERR ?? "");
process.exitCode = Number(CODE ?? 0);
`;

const script = join(repoRoot, "bin/scripts/heron-aurora.js");

interface Said {
  readonly STDOUT?: string;
  readonly STDERR?: string;
  readonly CODE?: string;
}

describe("the steps of a pipeline", () => {
  let project: string;

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "heron-pipeline-"));
    write("Pulumi.yaml", "name: team\nruntime: nodejs\n");
    write("stacks/dev.yaml", "");
    write("bin/pulumi", engine);
    chmodSync(join(project, "bin/pulumi"), 0o755);
  });

  afterEach(() => rmSync(project, { recursive: true }));

  for (const [step, ...args] of [
    ["deploy", "--out", "preview"],
    ["preview", "--reviewed", "preview"],
    ["drift", "--out", "preview"],
    ["drift", "--reviewed", "preview"],
  ] as const) {
    it(`refuse an option of another step: ${step} ${args[0]}`, () => {
      const { status, stderr } = run(step, "dev", ...args);
      assert.equal(status, 1);
      assert.match(stderr, new RegExp(`^Unknown option '${args[0]}'.*\nnpm run ${step} -- `));
      assert.deepEqual(calls(), []);
    });
  }

  it("tell at a preview what the engine warns of, once each, beside the changes", () => {
    const warning = { severity: "warning", message: "warning: Heron is not known to read 'heron.foo'.\n" };
    const STDOUT = JSON.stringify({ steps: [], diagnostics: [warning, warning] });
    const { status, stdout, stderr } = say({ STDOUT, STDERR: "warning: of the CLI\n" }, "preview", "dev");
    assert.deepEqual(
      { status, stdout, stderr },
      {
        status: 0,
        stdout: "dev: no changes\n",
        stderr: "warning: Heron is not known to read 'heron.foo'.\nwarning: of the CLI\n",
      },
    );
  });

  it("tell at a preview how many changes there are, and which", () => {
    const step = (name: string) => ({ op: "create", urn: `urn:pulumi:dev::project::kind:index:Kind::${name}` });
    const told = (...names: readonly string[]) =>
      say({ STDOUT: JSON.stringify({ steps: names.map(step) }) }, "preview", "dev").stdout;
    assert.equal(told("a"), "dev: 1 change\n  create Kind a\n");
    assert.equal(told("a", "b"), "dev: 2 changes\n  create Kind a\n  create Kind b\n");
  });

  it("warn at a preview of checkpoints that the stack shares with another", () => {
    const storage = { "heron.statefulstorage.config": { "heron.statefulstorage.hdfs.root.path": "/checkpoints" } };
    const shared = {
      cluster: "west",
      role: "heron",
      scheduler: { url: "http://aurora.example:8081" },
      artifacts: { directory: { path: "/mnt/heron" } },
      core: { path: "../core.tar.gz" },
      conf: { "stateful.yaml": storage },
    };
    write("stacks/defaults.yaml", JSON.stringify(shared));
    for (const [stack, environment] of Object.entries({ dev: "devel", prod: "prod", broken: "no such" }))
      write(`stacks/${stack}.yaml`, JSON.stringify({ environment, state: { local: { root: `/mnt/${stack}` } } }));
    for (const file of ["core.tar.gz", "words.jar", "words.defn"]) write(file, "");
    write("stacks/topologies/words.yaml", "name: Words\npackage: ../../words.jar\ndefinition: ../../words.defn\n");
    const { status, stderr } = run("preview", "dev");
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^stacks\/dev\.yaml and stacks\/prod\.yaml have one folder for checkpoints .*\n$/);
    write(
      "stacks/prod.yaml",
      JSON.stringify({ environment: "prod", state: { local: { root: "/mnt" } }, except: ["*"] }),
    );
    assert.equal(run("preview", "dev").stderr, "");
  });

  it("ask no scheduler about a topology's package that its own job leaves in the same deployment", () => {
    const jobKey = "west/heron/prod/Words";
    const use = { cluster: "west", role: "heron", job: jobKey, scheduler: { url: "http://127.0.0.1:9" } };
    const held = { bucket: "packages", key: `topologies/${jobKey}/Words-${"a".repeat(64)}.tar.gz` };
    const step = (op: string, type: string, inputs: object) => {
      const state = { urn: `urn:pulumi:dev::team::${type}::Words`, type, inputs };
      return { op, urn: state.urn, oldState: state };
    };
    const steps = [
      step("update", "pulumi-nodejs:dynamic/heron:AuroraJob", { jobKey }),
      step("delete", "pulumi-nodejs:dynamic/heron:PackageHold", { hold: { ...held, use } }),
      step("delete", "aws:s3/bucketObjectv2:BucketObjectv2", held),
    ];
    const { status, stderr } = say({ STDOUT: JSON.stringify({ steps }) }, "preview", "dev");
    // The document is empty: to ask, it would have to say where.
    assert.deepEqual([status, stderr], [2, ""]);
  });

  it("leave of two previews made at once the last one's plan beside its preview, and no draft", async () => {
    // The engine writes its plan first, and tells what it says later.
    const slow = `#!/bin/sh
while [ $# -gt 0 ]; do [ "$1" = --save-plan ] && plan=$2; shift; done
sleep "$BEFORE"; echo "$WHO" > "$plan"; sleep "$AFTER"; printf '{"steps":[],"who":"%s"}' "$WHO"
`;
    write("bin/pulumi", slow);
    const previews = [
      { WHO: "first", BEFORE: "0", AFTER: "1" },
      { WHO: "last", BEFORE: "0.5", AFTER: "1.5" },
    ].map(async (said) => once(spawn(process.execPath, [script, "preview", "dev"], options(said)), "exit"));
    assert.deepEqual(await Promise.all(previews), [
      [0, null],
      [0, null],
    ]);
    const [preview, plan] = ["preview", "plan"].map((name) =>
      readFileSync(join(project, `preview/dev.${name}.json`), "utf8"),
    );
    assert.deepEqual([preview, plan], ['{"steps":[],"who":"last"}', "last\n"]);
    assert.deepEqual(readdirSync(join(project, "preview")).sort(), ["dev.plan.json", "dev.preview.json"]);
  });

  it("show at a deployment and a look for drift what the engine says as it comes, warnings among it", () => {
    for (const step of ["deploy", "drift"]) {
      const { stdout, stderr } = say({ STDOUT: "Diagnostics:\n", STDERR: "warning: of the CLI\n" }, step, "dev");
      assert.deepEqual({ stdout, stderr }, { stdout: "Diagnostics:\n", stderr: "warning: of the CLI\n" });
    }
  });

  it("are told from each other, and from what is no command though every object has it", () => {
    const { status, stdout, stderr } = run("constructor");
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /^heron-aurora <command> …: plan, /);
  });

  it("say of a folder that none can be where it is to be, and what to give", () => {
    for (const out of ["Pulumi.yaml", "Pulumi.yaml/preview"]) {
      const { status, stderr } = run("preview", "dev", "--out", out);
      assert.equal(status, 1);
      assert.match(stderr, new RegExp(`^${out} cannot be written \\(E.*\\)\\. Give the path of a folder: --out\\.\n$`));
    }
    assert.deepEqual(calls(), []);
  });

  it("say of the report that it cannot be written where there is no folder", () => {
    const { status, stderr } = run("report", "dev", "--out", "nowhere/report.md");
    assert.equal(status, 1);
    assert.match(stderr, /^nowhere\/report\.md cannot be written \(ENOENT.*Give the path of a file in a folder .*\n$/);
  });

  for (const [command, ...args] of [
    ["preview"],
    ["deploy"],
    ["drift"],
    ["report"],
    ["report", "--deployed"],
  ] as const) {
    it(`say what to do where nobody has said where the state is: ${[command, ...args].join(" ")}`, () => {
      const STDERR = "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n";
      const { status, stderr } = say({ STDOUT: "", STDERR, CODE: "255" }, command, "dev", ...args);
      assert.equal(status, 1);
      assert.match(stderr, /error: PULUMI_ACCESS_TOKEN .*\nThat is: .* Set PULUMI_BACKEND_URL .*docs\/state\.md.*\n$/);
      const other = say({ STDOUT: "", STDERR: "error: other\n", CODE: "255" }, command, "dev", ...args);
      assert.equal(other.status, 1);
      assert.doesNotMatch(other.stderr, /That is/);
    });
  }

  for (const step of ["preview", "deploy", "drift"]) {
    it(`refuse a stack without a document before anything is done, and name those that have one: ${step}`, () => {
      write("stacks/prod.yaml", "");
      const { status, stderr } = run(step, "test");
      assert.equal(status, 1);
      assert.match(
        stderr,
        /^There is no stacks\/test\.yaml\. Stacks that have documents: dev, prod\. .*new-environment/,
      );
      assert.deepEqual([calls(), existsSync(join(project, "preview"))], [[], false]);
    });
  }

  it("take a stack by its full name, and one of a program that reads no documents", () => {
    assert.equal(run("deploy", "team/team/dev").status, 0);
    rmSync(join(project, "stacks"), { recursive: true });
    assert.equal(run("deploy", "test").status, 0);
    assert.equal(calls().length, 2);
  });

  it("have a report whose own preview failed say why, beside that it did", () => {
    const error = { severity: "error", message: "error: heron: no such core\n" };
    const STDOUT = JSON.stringify({ steps: [], diagnostics: [error, error] });
    const { stdout, stderr } = say({ STDOUT, CODE: "255" }, "report", "dev");
    assert.match(stdout, /The preview ended with errors/);
    assert.equal(stderr, "error: heron: no such core\n");
    write("preview.json", STDOUT);
    assert.equal(say({}, "report", "dev", "--preview", "preview.json").stderr, "");
  });

  function run(command: string, ...args: readonly string[]): ReturnType<typeof say> {
    return say({}, command, ...args);
  }

  function say(said: Said, ...args: readonly string[]) {
    return spawnSync(process.execPath, [script, ...args], { ...options(said), encoding: "utf8" });
  }

  function options(said: object): { readonly cwd: string; readonly env: NodeJS.ProcessEnv } {
    const env = {
      ...process.env,
      PATH: [join(project, "bin"), process.env.PATH].join(delimiter),
      CALLS: join(project, "calls"),
      STDOUT: JSON.stringify({ steps: [] }),
      ...said,
    };
    return { cwd: project, env };
  }

  function calls(): readonly string[] {
    const file = join(project, "calls");
    return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  }

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
  }
});
