import assert from "node:assert/strict";
import { inspectCluster } from "../../../components/config/inspect";
import { formatPath } from "../../../components/finding";

const s3 = { bucket: "packages", region: "eu-central-1" };
const cluster = {
  cluster: "west",
  role: "heron",
  environment: "devel",
  scheduler: { url: "http://aurora.example:8081" },
  state: { zookeeper: { servers: "zk1:2181" } },
  core: { path: "heron-core.tar.gz" },
};

const places = (store: object, changes: object = {}) =>
  inspectCluster({ ...cluster, artifacts: { s3: { ...s3, ...store } }, ...changes }).findings.map(({ path }) =>
    formatPath(path),
  );

describe("a cluster whose packages lie in S3", () => {
  it("names a prefix in a bucket of another's, since stacks under one would delete each other's packages", () => {
    assert.deepEqual(places({}), []);
    assert.deepEqual(places({ create: false }), ["artifacts.s3.prefix"]);
    assert.deepEqual(places({ create: false, prefix: "team" }), []);
  });

  const foreign = { create: false, prefix: "team" };

  for (const [key, value] of Object.entries({
    readers: { roles: ["arn:aws:iam::123456789012:role/mesos-agent"] },
    logging: { bucket: "access-logs" },
    tags: { team: "streaming" },
    protect: true,
    kmsKey: "new",
  })) {
    it(`leaves out ${key} in a bucket of another's, since it would be of no effect`, () => {
      assert.deepEqual(places({ [key]: value }), []);
      assert.deepEqual(places({ ...foreign, [key]: value }), [`artifacts.s3.${key}`]);
    });
  }

  it("says of a bucket of another's which key is on it, so that nobody fetches without credentials", () => {
    assert.deepEqual(places({ ...foreign, kmsKey: "arn:aws:kms:eu-central-1:123456789012:key/given" }), []);
  });

  it("cannot have heron upload to a server that is not AWS, unless by another uploader", () => {
    const other = { endpoint: "https://minio.example:9000" };
    const cli = { submitter: "heron-cli" };
    assert.deepEqual(places({}, cli), []);
    assert.deepEqual(places(other), []);
    assert.deepEqual(places(other, cli), ["artifacts.s3.endpoint"]);
    const conf = { "uploader.yaml": { "heron.class.uploader": "org.apache.heron.uploader.http.HttpUploader" } };
    assert.deepEqual(places(other, { ...cli, conf }), []);
  });
});
