import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../../components/errors";
import { openStateTree, StateTree } from "../../../components/heron/state";
import { UpdateLockError } from "../../../components/heron/state/update-lock";
import { openZooKeeperStore } from "../../../components/heron/state/zookeeper";
import { tryLease } from "../../../components/zookeeper/lease";
import { openSession, type ZooKeeperSession } from "../../../components/zookeeper/session";
import { shortLived } from "../../support/jvm";
import { curator, downloadTimeoutMs } from "../../support/libraries";
import { type Link, startLink } from "../../support/link";
import { repoRoot } from "../../support/paths";
import { startTimeoutMs, startZooKeeper, zkCli, type ZooKeeperServer } from "../../support/zookeeper";

describe("the update lock of a topology in a real ZooKeeper", function () {
  this.timeout(startTimeoutMs);
  const owner = "user/test";
  let server: ZooKeeperServer;
  let link: Link;
  let session: ZooKeeperSession;
  let root: string;
  let lockPath: string;
  let roots = 0;

  before(async () => {
    server = await startZooKeeper();
    link = await startLink(server.address);
    session = await openSession(server.address);
  });
  after(async () => {
    await session.close();
    await link.cut();
    await server.stop();
  });
  beforeEach(() => {
    root = `/heron/lock${roots++}`;
    lockPath = `${root}/locks/wc__updateTopology`;
  });

  const open = (servers = server.address) => openStateTree({ zookeeper: { servers, root } });
  const leases = async () => (await session.children(`${lockPath}/leases`)) ?? [];
  const refused = (taken: Promise<unknown>, reason: RegExp) =>
    assert.rejects(taken, (error) => {
      assert.ok(error instanceof UpdateLockError);
      assert.match(error.message, reason);
      return true;
    });

  it("is one of Curator's leases, which goes with the session, is open to everyone, and leaves what Heron's command leaves", async () => {
    const tree = await open();
    const lock = await tree.lockUpdates("wc", owner);
    const [lease = "", ...others] = await leases();
    assert.match(lease, /^_c_[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}-lease-\d{10}$/);
    assert.deepEqual(others, []);
    const stat = zkCli(server, "stat", `${lockPath}/leases/${lease}`);
    assert.doesNotMatch(stat, /ephemeralOwner = 0x0\n/);
    assert.match(zkCli(server, "getAcl", lockPath), /'world,'anyone\s*: cdrwa/);
    await lock.confirm();
    await lock.release();
    assert.deepEqual(await leases(), []);
    // As after Heron's update, until the topology is killed.
    assert.deepEqual(await session.children(lockPath), ["leases"]);
    await tree.erase("wc");
    assert.deepEqual(await session.children(`${root}/locks`), []);
    await tree.close();
  });

  it("can be had by Heron's tools, and deleted by its kill, where the rest of the tree is protected", async () => {
    const zookeeper = { servers: server.address, root, digest: true };
    const tree = await openStateTree({ zookeeper }, { username: "ada", password: "secret-word" });
    const lock = await tree.lockUpdates("wc", owner);
    // The session of the test has no credentials.
    for (const lease of await leases()) await session.delete(`${lockPath}/leases/${lease}`);
    await session.delete(`${lockPath}/leases`);
    await session.delete(lockPath);
    await lock.release();
    await (await tree.lockUpdates("wc", owner)).release();
    await tree.close();
  });

  it("belongs to whoever came first, is waited for, and is told of with its holder", async () => {
    const tree = await open();
    await session.mkdirs(`${root}/locks`);
    const other = await tryLease(session, lockPath, { id: randomUUID(), content: Buffer.from("10.0.0.5") });
    assert.ok("isHeld" in other);
    const told =
      /: Heron's command on 10\.0\.0\.5 holds the update lock ZooKeeper 127.*\/locks\/wc__updateTopology\. .*when its session ends/;
    await refused(tree.lockUpdates("wc", owner, { patienceMs: 0 }), told);
    assert.equal((await leases()).length, 1, "what was not got is not left behind");
    const taken = tree.lockUpdates("wc", owner, { patienceMs: 10_000 });
    await sleep(100);
    await other.release();
    const lock = await taken;
    const third = await tryLease(session, lockPath, { id: randomUUID(), content: Buffer.from("") });
    assert.ok("content" in third);
    assert.match(Buffer.from(third.content ?? []).toString(), /^pulumi-heron-aurora user\/test on /);
    await lock.release();
    assert.deepEqual(await leases(), []);
    await tree.close();
  });

  it("goes with the session of a run that is killed, for which the next one waits", async () => {
    const dying = await openSession(link.address, { timeoutMs: 2_000 });
    await session.mkdirs(`${root}/locks`);
    await tryLease(dying, lockPath, { id: randomUUID(), content: Buffer.from("") });
    await link.cut();
    assert.equal((await leases()).length, 1);
    const tree = await open();
    await (await tree.lockUpdates("wc", owner)).release();
    await link.join();
    await Promise.all([tree.close(), dying.close()]);
  });

  it("is taken anew where its session expired, and not believed in where another has it by then", async () => {
    const store = await openZooKeeperStore({
      servers: link.address,
      root,
      digest: false,
      session: { timeoutMs: 2_000 },
    });
    const lock = await new StateTree(store).lockUpdates("wc", owner, { patienceMs: 0 });
    const expire = async () => {
      await link.cut();
      while ((await leases()).length > 0) await sleep(50);
      await link.join();
    };
    await expire();
    await lock.confirm();
    assert.equal((await leases()).length, 1);
    await expire();
    const other = await tryLease(session, lockPath, { id: randomUUID(), content: Buffer.from("10.0.0.5") });
    await refused(lock.confirm(), /Heron's command on 10\.0\.0\.5 holds/);
    assert.ok("isHeld" in other);
    await other.release();
    await store.close();
  });

  it("is had once where the connection breaks while it is asked for", async () => {
    const store = await openZooKeeperStore({ servers: link.address, root, digest: false, session: {} });
    const tree = new StateTree(store);
    await (await tree.lockUpdates("wc", owner)).release();
    link.breakAfter(1);
    const lock = await tree.lockUpdates("wc", owner);
    assert.equal((await leases()).length, 1);
    await lock.release();
    assert.deepEqual(await leases(), []);
    await tree.close();
  });

  it("makes no chroot that does not exist, and says which ACL keeps it away", async () => {
    const typo = await open(`${server.address}/typo`);
    await assert.rejects(typo.lockUpdates("wc", owner), /chroot \/typo of .* does not exist/);
    await typo.close();
    const ada = await openSession(server.address, { auth: { scheme: "digest", auth: "ada:secret-word" } });
    await ada.mkdirs(`${root}/locks`, { access: "creator" });
    const tree = await open();
    await assert.rejects(tree.lockUpdates("wc", owner), (error) => {
      assert.ok(error instanceof UserError);
      assert.ok(error.message.includes(`does not allow us to create ${lockPath}`), error.message);
      return true;
    });
    await Promise.all([tree.close(), ada.close()]);
  });

  describe("beside Curator's own clients, as Heron has them,", function () {
    this.timeout(startTimeoutMs + downloadTimeoutMs);
    const clients: ChildProcess[] = [];

    afterEach(() => {
      for (const client of clients.splice(0)) client.kill("SIGKILL");
    });

    /** Asks for the lock as `heron update` does, but for the time that it waits. */
    async function curators(patienceMs: number) {
      const source = join(repoRoot, "test/integration/state/TakeLock.java");
      const options = [...shortLived, "-cp", curator(), source, server.address, lockPath, String(patienceMs)];
      const client = spawn("java", options, { stdio: ["pipe", "pipe", "inherit"] });
      clients.push(client);
      const [answer] = (await once(createInterface(client.stdout), "line")) as [string];
      return {
        answer,
        async end() {
          client.stdin.end();
          await once(client, "exit");
        },
      };
    }

    it("keeps them away while it is held, and is theirs afterwards", async () => {
      const tree = await open();
      const lock = await tree.lockUpdates("wc", owner);
      const early = await curators(1_500);
      assert.equal(early.answer, "refused");
      await early.end();
      const waiting = curators(60_000);
      while ((await leases()).length < 2) await sleep(50);
      await lock.release();
      const late = await waiting;
      assert.equal(late.answer, "held");
      await refused(tree.lockUpdates("wc", owner, { patienceMs: 0 }), /: Heron's command on [\d.a-f:]+ holds/);
      await late.end();
      await (await tree.lockUpdates("wc", owner)).release();
      await tree.close();
    });
  });
});
