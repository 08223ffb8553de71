import assert from "node:assert/strict";
import type { HeronClusterArgs } from "../../../components/cluster-args";
import { planJob } from "../../../components/plan/job";
import { PreparedWordCount } from "../../support/prepared-word-count";

describe("the plan of a topology whose nodes ZooKeeper does not take", () => {
  let wordCount: PreparedWordCount;

  before(() => {
    wordCount = new PreparedWordCount();
  });

  after(() => {
    wordCount.dispose();
  });

  const planned = async (bytes: number, cluster: Partial<HeronClusterArgs> = {}) => {
    const prepared = await wordCount.prepare({ class: "a.B", config: { words: "x".repeat(bytes) } }, cluster);
    return planJob(prepared, "file:///mnt/heron/topology.tar.gz", "user/test");
  };

  it("is refused, with the node and its size, before anything is uploaded", async () => {
    await assert.rejects(
      planned(1024 * 1024),
      /^UserError: \/heron\/topologies\/WordCount would take 10\d{5} bytes, but a ZooKeeper node holds at most 1044480 /,
    );
    await assert.rejects(
      planned(1024 * 1024, { state: { zookeeper: { servers: "zk.example:2181", root: "/" } } }),
      /^UserError: \/topologies\/WordCount would take/,
    );
  });

  it("is made where they are files", async () => {
    await planned(1000 * 1024);
    await planned(1024 * 1024, { state: { local: { root: "/mnt/state" } } });
  });
});
