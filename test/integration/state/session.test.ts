import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { NodeExistsError, NoNodeError, NotEmptyError } from "../../../components/zookeeper/errors";
import { SessionLostError } from "../../../components/zookeeper/session-lost";
import { type ZooKeeperSession, openSession } from "../../../components/zookeeper/session";
import { UserError } from "../../../components/errors";
import { freePort } from "../../support/ports";
import { type ZooKeeperServer, startTimeoutMs, startZooKeeper } from "../../support/zookeeper";
import { startLink } from "../../support/link";

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const textOf = (data: Uint8Array | undefined): string | undefined => data && Buffer.from(data).toString();

describe("A session with a real ZooKeeper 3.8", function () {
  this.timeout(startTimeoutMs);
  let server: ZooKeeperServer;
  const sessions: ZooKeeperSession[] = [];

  const open = async (...args: Parameters<typeof openSession>): Promise<ZooKeeperSession> => {
    const session = await openSession(...args);
    sessions.push(session);
    return session;
  };

  before(async () => {
    server = await startZooKeeper();
  });
  after(() => server.stop());
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.close()));
  });

  it("creates, reads, overwrites, lists and deletes nodes", async () => {
    const session = await open(server.address);
    await session.mkdirs("/life/deep");
    await session.put("/life/deep/node", bytes("one"));
    assert.equal(textOf(await session.get("/life/deep/node")), "one");
    await session.put("/life/deep/node", bytes("two"));
    assert.equal(textOf(await session.get("/life/deep/node")), "two");
    assert.equal(await session.exists("/life/deep/node"), true);
    assert.deepEqual(await session.children("/life/deep"), ["node"]);
    await session.delete("/life/deep/node");
    assert.equal(await session.exists("/life/deep/node"), false);
    assert.deepEqual(await session.children("/life/deep"), []);
  });

  it("answers with undefined for what is not there, and deletes it without complaint", async () => {
    const session = await open(server.address);
    assert.equal(await session.get("/absent"), undefined);
    assert.equal(await session.children("/absent"), undefined);
    assert.equal(await session.exists("/absent"), false);
    await session.delete("/absent");
  });

  it("reads an empty node as empty, not as absent", async () => {
    const session = await open(server.address);
    await session.put("/empty", new Uint8Array());
    assert.equal((await session.get("/empty"))?.length, 0);
  });

  it("keeps arbitrary bytes", async () => {
    const session = await open(server.address);
    const all = Uint8Array.from({ length: 300_000 }, (_, index) => index % 256);
    await session.put("/bytes", all);
    assert.deepEqual(new Uint8Array((await session.get("/bytes"))!), all);
  });

  it("tells apart a node that exists, a parent that lacks and a node with children", async () => {
    const session = await open(server.address);
    await session.mkdirs("/kinds/child");
    await assert.rejects(session.create("/kinds", bytes("")), NodeExistsError);
    await assert.rejects(session.create("/no/parent", bytes("")), NoNodeError);
    await assert.rejects(session.put("/no/parent", bytes("")), NoNodeError);
    await assert.rejects(session.delete("/kinds"), NotEmptyError);
  });

  it("takes content up to ZooKeeper's limit, and refuses more before sending it", async () => {
    const session = await open(server.address);
    await session.put("/large", new Uint8Array(1024 * 1024 - 4096));
    assert.equal((await session.get("/large"))?.length, 1024 * 1024 - 4096);
    await assert.rejects(session.put("/huge", new Uint8Array(1024 * 1024)), /\/huge would take 1048576 bytes/);
  });

  it("lays every path below the host list's chroot, which it makes when it writes", async () => {
    const inside = await open(`${server.address}/apps/heron`);
    assert.equal(await inside.get("/node"), undefined);
    await inside.mkdirs("/dir");
    await inside.put("/dir/node", bytes("inside"));
    await inside.create("/dir/other", bytes(""));
    const outside = await open(server.address);
    assert.equal(textOf(await outside.get("/apps/heron/dir/node")), "inside");
    assert.equal(await outside.exists("/apps/heron/dir/other"), true);
    assert.deepEqual(await inside.children("/"), ["dir"]);
  });

  it("lets others read but not change what it writes for its creator only", async () => {
    const auth = { scheme: "digest", auth: "ada:secret-word" };
    const owner = await open(server.address, { auth });
    await owner.put("/protected", bytes("mine"), { access: "creator" });
    const stranger = await open(server.address);
    assert.equal(textOf(await stranger.get("/protected")), "mine");
    const wrong = await open(server.address, { auth: { scheme: "digest", auth: "ada:wrong" } });
    for (const session of [stranger, wrong]) {
      await assert.rejects(session.put("/protected", bytes("theirs")), (error: Error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /does not allow us to write \/protected \(NO_AUTH\).*user and password/s);
        assert.doesNotMatch(error.message, /wrong|secret-word/);
        return true;
      });
    }
    const again = await open(server.address, { auth });
    await again.put("/protected", bytes("mine again"));
    assert.equal(textOf(await stranger.get("/protected")), "mine again");
  });

  it("protects a node that was open when it is overwritten for its creator only", async () => {
    const stranger = await open(server.address);
    await stranger.put("/was-open", bytes("anyone's"));
    const owner = await open(server.address, { auth: { scheme: "digest", auth: "ada:secret-word" } });
    await owner.put("/was-open", bytes("mine"), { access: "creator" });
    await assert.rejects(stranger.put("/was-open", bytes("theirs")), UserError);
  });

  it("makes directories below one it may only read, as long as they are there already", async () => {
    const owner = await open(server.address, { auth: { scheme: "digest", auth: "ada:secret-word" } });
    await owner.mkdirs("/guarded", { access: "creator" });
    await owner.mkdirs("/guarded/open");
    const stranger = await open(server.address);
    await stranger.mkdirs("/guarded/open");
    await stranger.mkdirs("/guarded/open/deeper");
    assert.equal(await stranger.exists("/guarded/open/deeper"), true);
  });

  it("says that an unknown authentication scheme is not accepted", async () => {
    const refused = async (): Promise<void> => {
      const session = await open(server.address, { timeoutMs: 3_000, auth: { scheme: "telepathy", auth: "x" } });
      await session.get("/");
    };
    await assert.rejects(refused(), /do not accept the authentication scheme/);
  });

  describe("when servers fail", () => {
    /** What a JVM takes at most to start on a busy machine. */
    const serverStartMs = 60_000;

    it("names each host that gives no session, why, and what to check", async () => {
      const port = await freePort();
      await assert.rejects(openSession(`127.0.0.1:${port},no-such-host.invalid/heron`, { timeoutMs: 600 }), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, new RegExp(`no session within 0.6 s: 127.0.0.1:${port} refuses connections`));
        assert.match(error.message, /no-such-host.invalid:2181 is not a known host name/);
        assert.match(error.message, /Check the host list/);
        return true;
      });
    });

    it("uses the hosts that answer when others do not", async () => {
      const session = await open(`127.0.0.1:${await freePort()},${server.address}`);
      assert.equal(await session.exists("/"), true);
    });

    it("repeats what may be repeated when the server comes back in time", async () => {
      const session = await open(server.address, { timeoutMs: serverStartMs });
      await session.put("/survivor", bytes("before"));
      await server.crash();
      const late = session.put("/survivor", bytes("after"));
      await setTimeout(300);
      await server.start();
      await late;
      assert.equal(textOf(await session.get("/survivor")), "after");
    });

    it("authenticates anew before anything else after a reconnect", async () => {
      const auth = { scheme: "digest", auth: "ada:secret-word" } as const;
      const session = await open(server.address, { timeoutMs: serverStartMs, auth });
      await session.put("/reconnect", bytes("before"), { access: "creator" });
      await server.crash();
      const waiting = [1, 2, 3].map((n) => session.put("/reconnect", bytes(`after ${n}`)));
      await server.start();
      await Promise.all(waiting);
    });

    it("surfaces a server that is gone as a lost session, and never sends the call later", async () => {
      const session = await open(server.address, { timeoutMs: 1_500 });
      await session.put("/given-up", bytes("before"));
      await server.crash();
      await assert.rejects(session.put("/given-up", bytes("never")), (error) => {
        assert.ok(error instanceof SessionLostError && error instanceof UserError);
        assert.match(error.message, /while trying to write \/given-up.*run again/s);
        return true;
      });
      await server.start();
      const other = await open(server.address);
      await setTimeout(1_500);
      assert.equal(textOf(await other.get("/given-up")), "before");
    });

    it("tries once more when a server takes the connection and does not answer the greeting", async () => {
      const link = await startLink(server.address);
      const session = await open(link.address, { timeoutMs: 6_000 });
      await session.put("/greeted", bytes("before"));
      await link.cut();
      const late = session.put("/greeted", bytes("after"));
      link.swallowNext();
      await link.join();
      await late;
      assert.equal(textOf(await session.get("/greeted")), "after");
      await session.close();
      await link.cut();
    });

    it("surfaces a server that hangs as a lost session", async () => {
      const session = await open(server.address, { timeoutMs: 1_200 });
      await server.freeze();
      try {
        await assert.rejects(session.get("/"), SessionLostError);
      } finally {
        server.thaw();
      }
    });

    it("goes on with a new session, authenticated anew, when the old one has expired", async () => {
      const link = await startLink(server.address);
      const session = await open(link.address, {
        timeoutMs: 1_000,
        auth: { scheme: "digest", auth: "ada:secret-word" },
      });
      await session.put("/outlives", bytes("before"), { access: "creator" });
      await link.cut();
      await assert.rejects(session.get("/outlives"), /no answer within 1 s/);
      await setTimeout(2_000);
      await link.join();
      await session.put("/outlives", bytes("after"), { access: "creator" });
      assert.equal(textOf(await session.get("/outlives")), "after");
      await session.close();
      await link.cut();
    });

    for (const bytes of [2, 30]) {
      it(`reads the next connection from its beginning when one breaks ${bytes} bytes into an answer`, async () => {
        const link = await startLink(server.address);
        const session = await open(link.address);
        await session.put("/half-said", new Uint8Array(100));
        link.breakAfter(bytes);
        assert.equal((await session.get("/half-said"))?.length, 100);
        await session.close();
        await link.cut();
      });
    }

    it("stays closed when it was closed while there was no connection", async () => {
      const link = await startLink(server.address);
      const session = await open(link.address, { timeoutMs: 700 });
      await link.cut();
      await session.close();
      await assert.rejects(openSession(link.address, { timeoutMs: 700 }), /gave no session/);
      await link.join();
      // The library waits up to a second before it tries again.
      await setTimeout(2_000);
      assert.equal(link.connections(), 0);
      await link.cut();
    });
  });

  it("fails what is asked of a closed session", async () => {
    const session = await openSession(server.address);
    await session.close();
    await session.close();
    await assert.rejects(session.get("/"), /the session was closed/);
  });
});
