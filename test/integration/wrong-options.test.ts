import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checkout } from "../support/checkout";

/** In a copy of this checkout, on a machine without a CLI. */
describe("a command line with a mistake in it", () => {
  let folder: string;
  let checkout: Checkout;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "heron-options-"));
    checkout = new Checkout({ port: 1, folder });
  });

  after(() => {
    checkout.dispose();
    rmSync(folder, { recursive: true });
  });

  for (const [script, ...args] of [
    ["pipeline", "preview", "local", "--nope"],
    ["pipeline", "deploy", "local", "--nope"],
    ["pipeline", "drift", "local", "--nope"],
    ["report", "local", "--nope"],
  ] as const) {
    it(`is told of at once, before any CLI is got, where an option is wrong: ${script} ${args.join(" ")}`, () => {
      const { status, stdout, stderr } = run(script, ...args);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /^Unknown option '--nope'.*\nnpm run /);
      assert.deepEqual(readdirSync(folder), []);
    });
  }

  for (const [script, ...args] of [
    ["pipeline", "preview", "prdo"],
    ["plan", "prdo"],
    ["plan", "prdo", "--explain"],
    ["compare", "team/project/prdo"],
    ["orphans", "prdo"],
    ["promote", "local", "prdo"],
    ["new-environment", "test", "--from", "prdo"],
  ] as const) {
    it(`is told which stacks have documents where the one that is named has none: ${script} ${args.join(" ")}`, () => {
      const { status, stdout, stderr } = run(script, ...args);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /^There is no stacks\/prdo\.yaml\. Stacks that have documents: local\. /);
    });
  }

  it("is told the stack's name where it has the path of its document", () => {
    for (const named of ["local.yaml", "stacks/local.yaml"])
      assert.match(run("plan", named).stderr, /^There is no stack .*local\.yaml\. .* without \.yaml: say local\.$/m);
  });

  function run(script: string, ...args: readonly string[]) {
    const env = { PATH: folder, HERON_AURORA_CACHE: folder };
    const file = checkout.path("scripts", `${script}.mjs`);
    return spawnSync(process.execPath, [file, ...args], { cwd: checkout.directory, encoding: "utf8", env });
  }
});
