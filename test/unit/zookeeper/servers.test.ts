import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../../components/errors";
import { formatHosts, parseServers } from "../../../components/zookeeper/servers";

describe("A ZooKeeper host list", () => {
  it("takes port 2181 where none is given", () => {
    assert.deepEqual(parseServers("zk1,zk2:2182").hosts, [
      { host: "zk1", port: 2181 },
      { host: "zk2", port: 2182 },
    ]);
  });

  it("has a chroot at its end, if any, without a slash at the chroot's end", () => {
    assert.equal(parseServers("zk1:2181,zk2:2181/apps/heron/").chroot, "/apps/heron");
    assert.equal(parseServers("zk1:2181/").chroot, "");
    assert.equal(parseServers("zk1:2181").chroot, "");
  });

  it("reads back what it formats", () => {
    const server = fc.record(
      { host: fc.domain(), port: fc.integer({ min: 1, max: 65535 }) },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(server, { minLength: 1, maxLength: 5 }), (hosts) => {
        assert.deepEqual(parseServers(formatHosts({ hosts, chroot: "" })).hosts, hosts);
      }),
    );
  });

  for (const wrong of [
    "",
    "zk1,",
    "zk1:",
    "zk1:0",
    "zk1:65536",
    "zk1:port",
    "[::1]:2181",
    "zk1:2181//a",
    "zk1/a/../b",
  ]) {
    it(`is refused with the part that is wrong when it is '${wrong}'`, () => {
      assert.throws(
        () => parseServers(wrong),
        (error) => error instanceof UserError && error.message.includes(`host list '${wrong}'`),
      );
    });
  }
});
