import assert from "node:assert/strict";
import type { HdfsFileInputs } from "../../../../components/artifacts/hdfs/file";
import { hdfsFile } from "../../../../components/artifacts/hdfs/file-lifecycle";

const file: HdfsFileInputs = {
  cluster: "west",
  namenodes: ["http://nn1.example:9870"],
  path: "/heron/core/heron-core-0.tar.gz",
  sha256: "0",
  size: 1,
  owner: "user/prod/west-core",
};
const diff = (changes: Partial<HdfsFileInputs>) => hdfsFile.diff("id", { file }, { file: { ...file, ...changes } });

describe("a file in HDFS, in the engine's eyes", () => {
  it("is the same whatever the order in which its inputs are kept", () => {
    const kept = Object.fromEntries(Object.entries(file).reverse()) as unknown as HdfsFileInputs;
    assert.equal(hdfsFile.diff("id", { file: kept }, { file }).changes, false);
  });

  it("is another one at another path or of another owner, and the old stays until the new is there", () => {
    for (const change of [{ path: "/other/core.tar.gz" }, { owner: "user/test/west-core" }]) {
      assert.deepEqual(diff(change), { changes: true, replaces: ["file"], deleteBeforeReplace: false });
    }
  });

  it("is not deleted by a run whose program keeps it, as where it is replaced by itself", async () => {
    const unreachable = { ...file, namenodes: ["http://127.0.0.1:9"] };
    hdfsFile.check({}, { file: unreachable });
    await hdfsFile.delete("id", { file: unreachable });
    await assert.rejects(hdfsFile.delete("id", { file: { ...unreachable, owner: "user/test/west-core" } }));
    hdfsFile.configure({ config: { get: () => undefined } });
    await assert.rejects(hdfsFile.delete("id", { file: unreachable }), "a run that keeps none");
  }).timeout(60_000);

  it("is looked for again, not replaced, where HDFS is reached otherwise: it may be the very same", () => {
    const changed = { changes: true, replaces: [], deleteBeforeReplace: false };
    assert.deepEqual(diff({ namenodes: ["http://nn2.example:9870"] }), changed);
    assert.deepEqual(diff({ user: "ada" }), changed);
  });
});
