import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { repoRoot } from "../../support/paths";

describe("the sandbox's port, set by HERON_AURORA_SANDBOX_PORT", () => {
  for (const given of ["none", "-1", "80810", ""]) {
    it(`is refused in words when it is '${given}'`, () => {
      const { status, stderr } = spawnSync(process.execPath, [join(repoRoot, "scripts", "start.mjs")], {
        env: { ...process.env, HERON_AURORA_SANDBOX_PORT: given },
        encoding: "utf8",
      });
      assert.equal(status, 1);
      assert.equal(stderr, `\nHERON_AURORA_SANDBOX_PORT is '${given}': set it to a port, or leave it out for 8081.\n`);
    });
  }
});
