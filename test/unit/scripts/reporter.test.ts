import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repoRoot } from "../../support/paths";

/** Runs mocha, as this project has it configured, on a file with the given content. */
function runMocha(content: string): { lastLine: string | undefined; code: number | null } {
  const folder = mkdtempSync(join(tmpdir(), "reporter-"));
  try {
    const file = join(folder, "some.test.js");
    writeFileSync(file, content);
    const mocha = join(repoRoot, "node_modules", "mocha", "bin", "mocha.js");
    const { stdout, status } = spawnSync(process.execPath, [mocha, file], { cwd: repoRoot, encoding: "utf8" });
    return { lastLine: stdout.trimEnd().split("\n").at(-1), code: status };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("a test run", () => {
  it("ends with the numbers and succeeds when all passes", () => {
    const result = runMocha("it('a', () => {}); it('b', () => {});");
    assert.deepEqual(result, { lastLine: "2 passed, 0 failed", code: 0 });
  });

  it("counts a failing test", () => {
    const result = runMocha("it('a', () => {}); it('b', () => { throw new Error('no'); });");
    assert.deepEqual(result, { lastLine: "1 passed, 1 failed", code: 1 });
  });

  it("counts skipped and unwritten tests as failed", () => {
    const result = runMocha(
      "it('a', () => {}); it.skip('b', () => {}); it('c'); it('d', function () { this.skip(); });",
    );
    assert.equal(result.lastLine, "1 passed, 3 failed");
    assert.notEqual(result.code, 0);
  });

  it("counts a failing hook", () => {
    const result = runMocha("describe('x', () => { before(() => { throw new Error('no'); }); it('a', () => {}); });");
    assert.equal(result.lastLine, "0 passed, 1 failed");
    assert.notEqual(result.code, 0);
  });
});
