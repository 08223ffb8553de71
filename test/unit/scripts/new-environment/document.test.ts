import assert from "node:assert/strict";
import { load } from "js-yaml";
import type { S3StoreArgs } from "../../../../components/cluster-args";
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
