import assert from "node:assert/strict";
import { UserError } from "../../../../components/errors";
import { openStateTree } from "../../../../components/heron/state";

describe("Opening a state tree", () => {
  it("needs exactly one of ZooKeeper and a folder", async () => {
    await assert.rejects(openStateTree({}), /exactly one of state.zookeeper and state.local/);
    await assert.rejects(
      openStateTree({ zookeeper: { servers: "zk" }, local: { root: "/state" } }),
      /exactly one of state.zookeeper and state.local/,
    );
  });

  it("says where credentials belong when the tree is to be protected and there are none", async () => {
    await assert.rejects(openStateTree({ zookeeper: { servers: "zk", digest: true } }), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /'heron:credentials'/);
      return true;
    });
  });
});
