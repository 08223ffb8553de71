import { hdfsFile } from "../../../../components/artifacts/hdfs/file-lifecycle";

describe("a package in HDFS, in the engine's eyes", () => {
  it("is not let go of where the program wants it still, as when its resource is made anew by --replace", async () => {
    const file = {
      cluster: "west",
      // Nobody listens there.
      namenodes: ["http://127.0.0.1:1"],
      path: "/heron/core/heron-core.tar.gz",
      sha256: "a".repeat(64),
      size: 1,
      owner: "user/test/west-core",
    };
    hdfsFile.check({}, { file });
    await hdfsFile.delete(file.path, { file });
  });
});
