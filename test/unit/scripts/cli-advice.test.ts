import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scriptModule } from "../../support/script-module";

describe("where the Pulumi CLI is that the next steps need", () => {
  let folder: string;
  let cliAdvice: (path: string) => string | undefined;
  let built: string;
  const earlier = process.env.HERON_AURORA_CACHE;

  before(async () => {
    ({ cliAdvice } = (await scriptModule("new-environment.mjs")) as { cliAdvice: typeof cliAdvice });
    built = ((await scriptModule("pulumi/from-source.mjs")) as { builtName: string }).builtName;
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cli-advice-"));
    process.env.HERON_AURORA_CACHE = join(folder, "cache");
  });

  afterEach(() => {
    if (earlier === undefined) delete process.env.HERON_AURORA_CACHE;
    else process.env.HERON_AURORA_CACHE = earlier;
    rmSync(folder, { recursive: true });
  });

  it("is not told where one is on PATH", () => {
    writeFileSync(join(folder, "pulumi"), "", { mode: 0o755 });
    assert.equal(cliAdvice(folder), undefined);
  });

  it("is that of npm start, where that has got one", () => {
    const bin = join(folder, "cache", built, "bin");
    mkdirSync(bin, { recursive: true });
    assert.equal(
      cliAdvice(folder),
      `No 'pulumi' is on PATH. The one that 'npm start' has got: export PATH="${bin}:$PATH"`,
    );
  });

  it("is nowhere yet where there is none, and how to get one is told", () => {
    assert.match(cliAdvice(folder) ?? "", /^No 'pulumi' is on PATH\. Install it .* 'node scripts\/pulumi-cli\.mjs'/);
  });
});
