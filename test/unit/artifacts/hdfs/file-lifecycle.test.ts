import assert from "node:assert/strict";
import { hdfsFile } from "../../../../components/artifacts/hdfs/file-lifecycle";

describe("a package in HDFS, in the engine's eyes", () => {
  const file = {
    cluster: "west",
    // Nobody listens there.
    namenodes: ["http://127.0.0.1:1"],
    path: "/heron/core/heron-core.tar.gz",
    sha256: "a".repeat(64),
    size: 1,
    owner: "user/test/west-core",
  };

  it("is not let go of where the program wants it still, as when its resource is made anew by --replace", async () => {
    hdfsFile.check({}, { file });
    await hdfsFile.delete(file.path, { file });
  });

  it("is replaced by nothing that a preview does not know yet: only another path is another file", () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9" as unknown as typeof file;
    const { changes, replaces } = hdfsFile.diff(file.path, { file }, { file: unknown });
    assert.deepEqual({ changes, replaces }, { changes: true, replaces: [] });
  });
});
