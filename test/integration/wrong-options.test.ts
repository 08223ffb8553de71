import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checkout } from "../support/checkout";

/** In a copy of this checkout, on a machine without a CLI. */
describe("npm run preview, deploy, drift and report", () => {
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
    it(`tell at once of a wrong option, and get no CLI before: ${script} ${args.join(" ")}`, () => {
      const { status, stdout, stderr } = run(script, ...args);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /^Unknown option '--nope'.*\nnpm run /);
      assert.deepEqual(readdirSync(folder), []);
    });
  }

  it("tell at once of a stack that has no document", () => {
    const { status, stdout, stderr } = run("pipeline", "preview", "prdo");
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /^There is no stacks\/prdo\.yaml\./);
  });

  function run(script: string, ...args: readonly string[]) {
    const env = { PATH: folder, HERON_AURORA_CACHE: folder };
    const file = checkout.path("scripts", `${script}.mjs`);
    return spawnSync(process.execPath, [file, ...args], { cwd: checkout.directory, encoding: "utf8", env });
  }
});
