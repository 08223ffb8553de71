import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCache } from "../../../components/cache";
import { type JobPayload, knownPayload, storePayload } from "../../../components/job/payload";

const unknown = "0".repeat(64);

describe("what is known of a recorded job's configuration", () => {
  let folder: string;
  let outside: string;

  beforeEach(() => {
    outside = process.cwd();
    folder = realpathSync(mkdtempSync(join(tmpdir(), "payload-")));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: test\n");
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(outside);
    rmSync(folder, { recursive: true });
  });

  it("is what this checkout made", async () => {
    const made = { name: "WordCount" } as JobPayload;
    assert.deepEqual(await knownPayload({ payload: await storePayload(openCache(), made) }), made);
  });

  it("is nothing where another checkout made it, or none was recorded", async () => {
    assert.equal(await knownPayload({ payload: unknown }), undefined);
    assert.equal(await knownPayload({}), undefined);
  });

  it("is a failure where the cache cannot be read: the preview would say less than it could", async () => {
    mkdirSync(join(folder, ".heron", "cache", "payloads", unknown), { recursive: true });
    await assert.rejects(knownPayload({ payload: unknown }), { code: "EISDIR" });
  });
});
