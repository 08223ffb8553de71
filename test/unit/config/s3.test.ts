import assert from "node:assert/strict";
import { inspectCluster } from "../../../components/config/inspect";
import { formatPath } from "../../../components/config/problem";

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
