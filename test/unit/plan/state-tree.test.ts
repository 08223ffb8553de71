import assert from "node:assert/strict";
import { planStateTreeRoot, whereTreeIs } from "../../../components/plan/state-tree";

const servers = "zk1.example:2181,zk2.example:2181/apps";

describe("what a job knows of the state tree", () => {
  it("is the same whether or not the tree is set up, to the letter, since another place moves the job", () => {
    for (const where of [{ servers }, { servers, root: "/h" }, { root: "/h", servers, digest: true }]) {
      const known = whereTreeIs({ zookeeper: { setUp: true, ...where, removeOnDestroy: false } });
      assert.equal(JSON.stringify(known), JSON.stringify({ zookeeper: where }));
    }
    assert.deepEqual(whereTreeIs({ local: { root: "/mnt" } }), { local: { root: "/mnt" } });
  });
});

describe("the state tree's root", () => {
  it("is planned open to the world unless credentials protect it", () => {
    const open = planStateTreeRoot("west", { servers });
    assert.equal(open.path, "/heron");
    assert.deepEqual(new Set([open.access, ...Object.values(open.directories)]), new Set(["world"]));
    const closed = planStateTreeRoot("west", { servers, digest: true, root: "/h/" });
    assert.equal(closed.path, "/h");
    assert.equal(closed.access, "creator");
    assert.equal(closed.directories.topologies, "creator");
    assert.equal(closed.directories.tmanagers, "world");
  });

  it("has no ACL of its own where it is the root of ZooKeeper or of the chroot, which others use too", () => {
    assert.ok(!("access" in planStateTreeRoot("west", { servers, root: "/", digest: true })));
  });
});
