import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { tryLease } from "../../../components/zookeeper/lease";
import type { ZooKeeperSession } from "../../../components/zookeeper/session";
import { SessionLostError } from "../../../components/zookeeper/session-lost";

/** A lock's leases, of which the first to be made is lost with the connection. */
class Leases implements Pick<ZooKeeperSession, "children" | "createNumbered" | "delete" | "exists"> {
  readonly names = new Set<string>();
  private made = 0;

  constructor(private readonly lands: boolean) {}

  createNumbered(path: string): Promise<string> {
    const name = `${path.slice(path.lastIndexOf("/") + 1)}${String(this.made++).padStart(10, "0")}`;
    const isLost = this.made === 1;
    if (!isLost || this.lands) this.names.add(name);
    return isLost ? Promise.reject(new SessionLostError("the connection broke")) : Promise.resolve(name);
  }
  children() {
    return Promise.resolve([...this.names]);
  }
  exists(path: string) {
    return Promise.resolve(this.names.has(path.slice(path.lastIndexOf("/") + 1)));
  }
  delete(path: string) {
    this.names.delete(path.slice(path.lastIndexOf("/") + 1));
    return Promise.resolve();
  }
}

describe("a lease that the connection breaks upon", () => {
  for (const [lands, what] of [
    [true, "is not made twice where it landed"],
    [false, "is made once more where it did not land"],
  ] as const) {
    it(what, async () => {
      const leases = new Leases(lands);
      const mark = { id: randomUUID(), content: Buffer.from("") };
      const lease = await tryLease(leases as unknown as ZooKeeperSession, "/locks/wc", mark);
      assert.ok("isHeld" in lease);
      assert.equal(await lease.isHeld(), true);
      assert.equal(leases.names.size, 1);
      await lease.release();
      assert.equal(leases.names.size, 0);
    });
  }
});
