import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repoRoot } from "../../support/paths";

describe("the sandbox of another checkout", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sandbox-owner-"));
    mkdirSync(join(folder, "sandbox"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** What is said where `checkout` has started the sandbox; nothing where it may be stopped. */
  const told = (checkout: string): string => {
    writeFileSync(join(folder, "sandbox", "checkout"), checkout);
    const module = pathToFileURL(join(repoRoot, "scripts", "lib", "sandbox.mjs")).href;
    const script = `(await import(${JSON.stringify(module)})).requireOwn()`;
    const env = { ...process.env, HERON_AURORA_SANDBOX_FOLDER: folder };
    return spawnSync(process.execPath, ["--input-type=module", "-e", script], { env, encoding: "utf8" }).stderr;
  };

  it("is not stopped by this one, which names the other", () => {
    const other = join(folder, "other");
    mkdirSync(other);
    assert.ok(told(other).includes(`A sandbox Aurora of another checkout runs on this machine: ${other}`));
  });

  it("is stopped where that checkout is gone, and where it is this one", () => {
    assert.equal(told(join(folder, "gone")), "");
    assert.equal(told(repoRoot), "");
  });
});
