import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checkout } from "../support/checkout";

/** In a copy of this checkout: what they would do must not be done to this one. */
describe("npm start, npm run down and npm test", () => {
  let folder: string;
  let checkout: Checkout;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "heron-arguments-"));
    checkout = new Checkout({ port: 1, folder });
  });

  after(() => {
    checkout.dispose();
    rmSync(folder, { recursive: true });
  });

  for (const script of ["start", "down", "test"]) {
    it(`tell how ${script} is used when asked, and do nothing`, () => {
      for (const help of ["--help", "-h"]) {
        const { status, stdout, stderr } = run(script, help);
        assert.deepEqual([status, stderr], [0, ""]);
        assert.match(stdout, new RegExp(`^npm (run )?${script}: .*It takes no arguments`));
      }
      assert.ok(!existsSync(checkout.path(".pulumi-state")));
    });

    it(`refuse arguments of ${script}, which it would ignore, and do nothing`, () => {
      const { status, stdout, stderr } = run(script, "staging");
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, new RegExp(`^\nIt takes no 'staging'; nothing was done\\.\nnpm (run )?${script}: `));
      assert.ok(!existsSync(checkout.path(".pulumi-state")));
    });
  }

  function run(script: string, ...args: readonly string[]) {
    // Were it to do anything, it would need more than this on its path.
    const env = { PATH: folder, HERON_AURORA_CACHE: folder, HERON_AURORA_SANDBOX_FOLDER: folder };
    const file = checkout.path("scripts", `${script}.mjs`);
    return spawnSync(process.execPath, [file, ...args], { cwd: checkout.directory, encoding: "utf8", env });
  }
});
