import assert from "node:assert/strict";
import { load } from "js-yaml";
import type { HeronClusterArgs, S3StoreArgs } from "../../../../components/cluster-args";
import type { StackDocument } from "../../../../components/config/load";
import { environmentDocument } from "../../../../scripts/new-environment/document";

describe("the packages of a new stack whose original keeps them in S3", () => {
  /** What the new document `test` says of the store, made after one with `s3`. */
  const made = (s3: Partial<S3StoreArgs>) => {
    const own = { bucket: "heron-packages", region: "eu-central-1", ...s3 };
    const from = {
      document: "stacks/dev.yaml",
      layers: [{ document: "stacks/dev.yaml", value: {} }],
      cluster: { state: { zookeeper: { hosts: ["zk:2181"] } }, artifacts: { s3: own } },
    } as unknown as StackDocument;
    const text = environmentDocument({ name: "test", environment: "test" }, from);
    return (load(text) as { readonly artifacts: { readonly s3: S3StoreArgs } }).artifacts.s3;
  };

  it("lie in a bucket of its own, which it makes", () => {
    assert.deepEqual(made({ prefix: "team/heron" }), {
      ...{ bucket: "heron-packages-test", region: "eu-central-1", prefix: "team/heron" },
    });
  });

  it("lie under a prefix of its own in the same bucket where that is somebody else's", () => {
    const kept = { bucket: "heron-packages", region: "eu-central-1", create: false };
    assert.deepEqual(made({ create: false, prefix: "team/heron" }), { ...kept, prefix: "team/heron-test" });
    assert.deepEqual(made({ create: false }), { ...kept, prefix: "test" });
  });
});

describe("the checkpoints of a new stack", () => {
  type Conf = NonNullable<HeronClusterArgs["conf"]>;

  /** What the new document `test` says of the conf dir, made after one with these documents' `conf`. */
  const made = (own: Conf | undefined, shared: Conf = {}) => {
    const from = {
      document: "stacks/dev.yaml",
      layers: [{ document: "stacks/dev.yaml", value: own === undefined ? {} : { conf: own } }],
      cluster: {
        scheduler: { url: "http://aurora.example:8081" },
        state: { zookeeper: { servers: "zk:2181" } },
        artifacts: { directory: { path: "/mnt/heron" } },
        conf: { ...shared, ...own },
      },
    } as unknown as StackDocument;
    return (load(environmentDocument({ name: "test", environment: "test" }, from)) as { readonly conf?: Conf }).conf;
  };
  const config = "heron.statefulstorage.config";

  it("lie in a folder of their own, since Heron keeps them by the topology's name alone", () => {
    const hdfs = {
      "heron.statefulstorage.classpath": "/etc/hadoop",
      "heron.statefulstorage.hdfs.root.path": "/words/",
    };
    assert.deepEqual(made({ "stateful.yaml": { [config]: hdfs }, "client.yaml": { a: 1 } }), {
      "stateful.yaml": { [config]: { ...hdfs, "heron.statefulstorage.hdfs.root.path": "/words-test" } },
      "client.yaml": { a: 1 },
    });
  });

  it("do so where the folder is the one that Heron ships, or another document says how they are kept", () => {
    const root = { "heron.statefulstorage.hdfs.root.path": "/user/heron/checkpoints-test" };
    const path = { "heron.statefulstorage.classpath": "/etc/hadoop" };
    assert.deepEqual(made(undefined, { "stateful.yaml": { [config]: path } }), { "stateful.yaml": { [config]: root } });
  });

  it("are not spoken of where no document says how they are kept", () => {
    assert.equal(made(undefined), undefined);
    assert.deepEqual(made({ "client.yaml": { a: 1 } }), { "client.yaml": { a: 1 } });
  });
});
