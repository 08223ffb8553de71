import assert from "node:assert/strict";
import { plannedUri } from "../../../../components/artifacts/planned-uri";

const file = { name: "heron-core", sha256: "a".repeat(64), size: 1 };
const store = { namenodes: ["http://nn1.example:9870"], path: "/heron" };

describe("the address of a package in HDFS", () => {
  it("is of the nameservice that the document names, and content-addressed", () => {
    const uri = plannedUri({ hdfs: { ...store, authority: "nameservice1" } }, "hdfs", "core", file);
    assert.equal(uri, `hdfs://nameservice1/heron/core/heron-core-${file.sha256}.tar.gz`);
  });

  it("is of the agents' own default file system where none is named", () => {
    const uri = plannedUri({ hdfs: store }, "hdfs", "core", file);
    assert.equal(uri, `hdfs:///heron/core/heron-core-${file.sha256}.tar.gz`);
  });
});
