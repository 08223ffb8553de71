import assert from "node:assert/strict";
import { sha256 } from "../../../components/cache";
import { auroraJob } from "../../../components/job/lifecycle";
import { jobUrn } from "../../../components/job/urn";
import { jsonText } from "../../../components/json-text";
import { packageFile } from "../../../components/artifacts/package-file-lifecycle";
import type { PackageFileProperties } from "../../../components/artifacts/package-file";
import { type AuroraJobProperties, inputsOf, keptJob, propertiesOf } from "../../../components/job/registration";

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
const asides = { jobKey, resourceUrn, change, __provider: "text" };
const kept: AuroraJobProperties = { ...asides, job: jsonText(job) };
/** As the second version kept it: an object. */
const second = { ...asides, job } as unknown as AuroraJobProperties;

describe("what the engine keeps of a job", () => {
  it("is read back as its inputs, without the provider's text", () => {
    assert.deepEqual(inputsOf(kept), flat);
  });

  it("is read as the second version of this library kept it, and a refresh leaves it in that shape", () => {
    assert.deepEqual(inputsOf(second), flat);
    assert.deepEqual(propertiesOf({ ...flat, instances: 2 }, second), { ...asides, job: { ...job, instances: 2 } });
  });

  it("is the same text whatever order its entries came in", () => {
    const backwards = Object.fromEntries(Object.entries(job).reverse()) as typeof job;
    assert.equal(keptJob({ ...backwards, jobKey }).job, kept.job);
  });

  it("holds hashes in two thirds of their length, and what else was found instead as it is", () => {
    const [taskHash, treeHash] = ["task", "tree"].map(sha256) as [string, string];
    const { job: short } = keptJob({ ...job, jobKey, taskHash, treeHash, payload: "absent" });
    assert.ok(!short.includes(taskHash) && !short.includes(treeHash));
    assert.deepEqual(inputsOf({ ...asides, job: short }), { ...flat, taskHash, treeHash, payload: "absent" });
  });

  it("tells the change as unknown, and replaces nothing, where the job is not known yet", async () => {
    const unknown = { ...kept, job: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
    const { inputs } = await auroraJob.check(kept, unknown);
    assert.deepEqual(inputs, { ...unknown, change: unknown.job });
    const { changes, replaces } = auroraJob.diff("", kept, unknown);
    assert.ok(changes);
    assert.deepEqual(replaces, []);
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
    assert.deepEqual(propertiesOf({ ...flat, instances: 2 }, kept), {
      ...kept,
      job: jsonText({ ...job, instances: 2 }),
    });
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

  const properties = (changes: Partial<typeof file> = {}): PackageFileProperties => ({
    file: jsonText({ ...file, ...changes }),
  });

  it("as the first and the second version kept it makes no difference", () => {
    for (const old of [file, { file }])
      assert.deepEqual(packageFile.diff("", old as unknown as PackageFileProperties, properties()), {
        changes: false,
        replaces: [],
        deleteBeforeReplace: false,
      });
  });

  it("differs in place for another content, and elsewhere for another place", () => {
    assert.deepEqual(packageFile.diff("", properties(), properties({ sha256: "b" })).replaces, []);
    assert.ok(packageFile.diff("", properties(), properties({ sha256: "b" })).changes);
    assert.deepEqual(packageFile.diff("", properties(), properties({ folder: "other" })).replaces, ["file"]);
  });
});

describe("the URN under which progress is shown", () => {
  it("follows from owner and job key for a topology at the stack's top", () => {
    const { resourceUrn: _, ...own } = flat;
    assert.equal(
      jobUrn(own),
      "urn:pulumi:test::user::heron:index:HeronTopology$pulumi-nodejs:dynamic/heron:AuroraJob::WordCount",
    );
  });

  it("is the one that the inputs tell, where they do", () => {
    assert.equal(jobUrn(flat), "urn:1");
  });
});
