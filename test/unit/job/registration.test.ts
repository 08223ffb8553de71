import assert from "node:assert/strict";
import { packageFile } from "../../../components/artifacts/package-file-lifecycle";
import type { PackageFileProperties } from "../../../components/artifacts/package-file";
import { type AuroraJobProperties, inputsOf, propertiesOf } from "../../../components/job/registration";

const flat = {
  jobKey: "west/heron/devel/WordCount",
  scheduler: { url: "https://aurora.example:8081" },
  stateTree: { zookeeper: { servers: "zk:2181" } },
  topologyId: "WordCount0",
  instances: 3,
  resources: { cpu: 1, ramMb: 1024, diskMb: 2048 },
  packing: "RoundRobinPacking",
  parallelism: { words: 2 },
  corePackage: "file:///core.tar.gz",
  topologyPackage: "file:///topology.tar.gz",
  state: "running",
  taskHash: "task",
  treeHash: "tree",
  payload: "payload",
  owner: "user/test",
  resourceUrn: "urn:1",
  change: "submit 3 containers",
} as const;
const { jobKey, resourceUrn, change, ...job } = flat;
const kept: AuroraJobProperties = { jobKey, resourceUrn, change, job, __provider: "text" };

describe("what the engine keeps of a job", () => {
  it("is read back as its inputs, without the provider's text", () => {
    assert.deepEqual(inputsOf(kept), flat);
  });

  it("is read as the first version of this library kept it", () => {
    assert.deepEqual(inputsOf({ ...flat, __provider: "text" }), flat);
  });

  it("is read as the first version kept it: packages with their hash, defaults filled in", () => {
    const first = {
      ...flat,
      corePackage: { uri: flat.corePackage, sha256: "core" },
      topologyPackage: { uri: flat.topologyPackage, sha256: "topology" },
      adopt: false,
      update: { batchSize: 2, watchSeconds: 45, rollbackOnFailure: true },
      timeouts: { create: 600, update: 3600, delete: 300 },
    };
    assert.deepEqual(inputsOf(first as unknown as AuroraJobProperties), { ...flat, update: { batchSize: 2 } });
  });

  it("is written in the shape that it has, with the provider's text as it came", () => {
    assert.deepEqual(propertiesOf({ ...flat, instances: 2 }, kept), { ...kept, job: { ...job, instances: 2 } });
  });
});

describe("what the engine keeps of a package in a folder", () => {
  const file = {
    directory: "/store",
    folder: "core",
    name: "heron-core",
    sha256: "a",
    size: 1,
    owner: "user/test/core",
  };

  it("as the first version kept it makes no difference", () => {
    const first = file as unknown as PackageFileProperties;
    assert.deepEqual(packageFile.diff("", first, { file }), {
      changes: false,
      replaces: [],
      deleteBeforeReplace: false,
    });
  });

  it("differs in place for another content, and elsewhere for another place", () => {
    assert.deepEqual(packageFile.diff("", { file }, { file: { ...file, sha256: "b" } }).replaces, []);
    assert.ok(packageFile.diff("", { file }, { file: { ...file, sha256: "b" } }).changes);
    assert.deepEqual(packageFile.diff("", { file }, { file: { ...file, folder: "other" } }).replaces, ["file"]);
  });
});
