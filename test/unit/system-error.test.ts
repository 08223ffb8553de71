import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { codeOf, hasCode, unlessCode } from "../../components/system-error";

describe("a failure's code", () => {
  const failure = (path: string) => readFile(path).catch((error: unknown) => error);

  it("is the system's", async () => {
    const missing = await failure("/nowhere");
    assert.equal(codeOf(missing), "ENOENT");
    assert.ok(hasCode(missing, "EEXIST", "ENOENT"));
    assert.ok(!hasCode(missing, "EEXIST"));
  });

  it("is none where the failure has none, or is no error", () => {
    for (const failure of [new Error("ENOENT"), Object.assign(new Error("abort"), { code: 20 }), "ENOENT", undefined])
      assert.equal(codeOf(failure), undefined);
    assert.ok(!hasCode(new Error("without"), "ENOENT"));
  });

  it("tells which failure is passed over: all others are thrown as they are", async () => {
    assert.equal(await readFile("/nowhere").catch(unlessCode("ENOENT")), undefined);
    await assert.rejects(readFile("/").catch(unlessCode("ENOENT")), { code: "EISDIR" });
  });
});
