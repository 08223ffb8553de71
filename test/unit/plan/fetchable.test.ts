import assert from "node:assert/strict";
import type { S3StoreArgs } from "../../../components/cluster-args";
import { unfetchable } from "../../../components/plan/fetchable";
import { isProbed } from "../../../components/plan/probe";

const directory = { path: "/mnt" };
const s3: S3StoreArgs = { bucket: "packages", region: "eu-central-1" };
const hdfs = { namenodes: ["http://nn1.example:9870"], path: "/heron" };
const own = { core: "a", topology: "b" };

describe("a way to fetch", () => {
  it("that suits the store is taken", () => {
    assert.equal(unfetchable({ directory }, "copy"), undefined);
    assert.equal(unfetchable({ s3 }, "aws"), undefined);
    assert.equal(unfetchable({ hdfs }, "hdfs"), undefined);
    assert.equal(unfetchable({ s3: { ...s3, readers: { cidrs: ["10.0.0.0/8"] } } }, "curl"), undefined);
    assert.equal(unfetchable({ s3: { ...s3, readers: { vpcEndpoints: ["vpce-1"] } } }, "curl"), undefined);
    assert.equal(unfetchable({ s3: { ...s3, create: false } }, "curl"), undefined, "its policy is somebody else's");
    for (const store of [{ directory }, { s3 }, { hdfs }]) assert.equal(unfetchable(store, own), undefined);
  });

  it("that cannot work is refused with the reason and what to do", () => {
    for (const fetch of ["copy", "aws", "curl"] as const) {
      assert.match(unfetchable({ hdfs }, fetch) ?? "", /cannot read from HDFS.*use 'hdfs'/);
    }
    for (const store of [{ directory }, { s3 }]) assert.match(unfetchable(store, "hdfs") ?? "", /artifacts\.hdfs/);
    assert.match(unfetchable({ s3 }, "copy") ?? "", /bucket.*'aws' or 'curl'/);
    assert.match(unfetchable({ directory }, "aws") ?? "", /folder.*artifacts\.s3/);
    assert.match(unfetchable({ s3 }, "curl") ?? "", /readers/);
    assert.match(unfetchable({ s3: { ...s3, readers: { roles: ["r"] } } }, "curl") ?? "", /readers/);
    const kms = { ...s3, kmsKey: "new", readers: { cidrs: ["10.0.0.0/8"] } };
    assert.match(unfetchable({ s3: kms }, "curl") ?? "", /KMS/);
  });
});

describe("the fetch probe", () => {
  const at = (url: string, probe?: boolean) => isProbed({ scheduler: { url }, ...(probe !== undefined && { probe }) });

  it("is on wherever the scheduler is on another machine", () => {
    assert.ok(at("https://aurora.example:8081"));
    assert.ok(at("http://127.0.0.1:99999"), "no address: whoever checks the arguments tells of it");
    assert.ok(isProbed({ scheduler: { zookeeper: { servers: "zk:2181" } } }));
    for (const url of ["http://127.0.0.1:8081", "http://localhost:8081", "http://[::1]:8081"]) assert.ok(!at(url), url);
  });

  it("is as the document says, where it says", () => {
    assert.ok(at("http://127.0.0.1:8081", true));
    assert.ok(!at("https://aurora.example:8081", false));
  });
});
