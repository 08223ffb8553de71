import assert from "node:assert/strict";
import { UserError } from "../../../components/errors";
import { StateTree, openStateTree } from "../../../components/heron/state";
import { directories } from "../../../components/heron/state/paths";
import type { StateStore } from "../../../components/heron/state/store";
import { openZooKeeperStore } from "../../../components/heron/state/zookeeper";
import { type ZooKeeperSession, openSession } from "../../../components/zookeeper/session";
import { type ZooKeeperServer, startTimeoutMs, startZooKeeper, zkCli } from "../../support/zookeeper";
import { behavesAsStateTree } from "../../unit/heron/state/behaviour";
import { goldenTree, recordedTree, recordedZooKeeperStep } from "../../unit/heron/state/golden-state";
import { contentsOf, makeDirectories, writingBy } from "../../unit/heron/state/stores";

describe("A state tree in a real ZooKeeper 3.8", function () {
  this.timeout(startTimeoutMs);
  let server: ZooKeeperServer;
  let roots = 0;

  const freshRoot = (): string => `/heron/${roots++}`;
  const openStore = (root = freshRoot(), timeoutMs = 10_000): Promise<StateStore> =>
    openZooKeeperStore({ servers: server.address, root, digest: false, session: { timeoutMs } });

  before(async () => {
    server = await startZooKeeper();
  });
  after(() => server.stop());

  behavesAsStateTree(() => openStore());

  describe("through a whole life", () => {
    const recorded = recordedZooKeeperStep("submit (root did not exist)");
    const below = (step: typeof recorded): Record<string, (typeof recorded)[string]> =>
      Object.fromEntries(Object.entries(step).map(([path, node]) => [path.replace(/^\/heron\/golden\/?/, ""), node]));
    const { nodes, submission, jobPageLinks } = goldenTree("Z-wc2", below(recorded));

    it("is what Heron left on ZooKeeper: the same znodes with the same bytes, open to the world", async () => {
      const tree = await openStateTree({ zookeeper: { servers: server.address, root: "/heron/golden" } });
      await tree.submit(submission);
      await tree.recordScheduler("Z-wc2", jobPageLinks);
      await tree.close();

      assert.deepEqual(treeListedByZkCli("/heron/golden"), Object.keys(recorded).sort());
      const store = await openStore("/heron/golden");
      assert.deepEqual(await contentsOf(store), nodes);
      await store.close();
      for (const path of ["/heron/golden", "/heron/golden/pplans", "/heron/golden/topologies/Z-wc2"]) {
        assert.match(zkCli(server, "getAcl", path), /'world,'anyone\s*: cdrwa/);
      }
      const stat = zkCli(server, "stat", "/heron/golden/topologies/Z-wc2");
      assert.match(stat, /dataVersion = 0\n/);
      assert.match(stat, /ephemeralOwner = 0x0\n/);
      assert.match(stat, new RegExp(`dataLength = ${submission.topology.length}\n`));
    });

    it("keeps after the erasure what Heron's kill keeps", async () => {
      const tree = await openStateTree({ zookeeper: { servers: server.address, root: "/heron/golden" } });
      const session = await openSession(server.address);
      for (const path of ["statefulcheckpoints/Z-wc2", "locks/Z-wc2__updateTopology"]) {
        await session.put(`/heron/golden/${path}`, new Uint8Array());
      }
      for (const part of ["leases", "locks"]) {
        await session.put(`/heron/golden/locks/Z-wc2__updateTopology/${part}`, new Uint8Array());
      }
      await tree.erase("Z-wc2");
      await Promise.all([tree.close(), session.close()]);
      // The recording's TManager outlived the kill, and with it its ephemeral node.
      const killed = Object.keys(recordedZooKeeperStep("kill")).filter(
        (path) => path !== "/heron/golden/tmanagers/Z-wc2",
      );
      assert.deepEqual(treeListedByZkCli("/heron/golden"), killed.sort());
    });

    function treeListedByZkCli(path: string): string[] {
      return zkCli(server, "ls", "-R", path)
        .split("\n")
        .filter((line) => line.startsWith("/"))
        .sort();
    }
  });

  it("lies below the host list's chroot", async () => {
    await makeNode("/clusters/blue");
    const tree = await openStateTree({ zookeeper: { servers: `${server.address}/clusters/blue` } });
    const { submission } = recordedTree("G-wc");
    await tree.submit(submission);
    await tree.close();
    const session = await openSession(server.address);
    assert.deepEqual((await session.children("/clusters/blue/heron"))?.sort(), [...directories].sort());
    assert.equal(await session.exists("/clusters/blue/heron/topologies/G-wc"), true);
    await session.close();
  });

  it("is known as the same one by another address, and as another one below another root", async () => {
    await makeNode("/clusters/red");
    const [address, chroot, root] = [server.address, `${server.address}/clusters/red`, freshRoot()];
    const open = (servers: string, at = root) => openStateTree({ zookeeper: { servers, root: at } });
    const tree = await open(address);
    const [again, chrooted, elsewhere] = [
      await open(`${address},${address}`),
      await open(chroot),
      await open(address, freshRoot()),
    ];
    assert.equal(await tree.isSameAs(again, "wc"), true);
    assert.equal(await tree.isSameAs(chrooted, "wc"), false);
    assert.equal(await tree.isSameAs(elsewhere, "wc"), false);
    const below = await openSession(address);
    assert.deepEqual(await below.children(`${root}/locks`), []);
    assert.equal(await below.exists(`/clusters/red${root}`), false);
    await below.close();
    for (const each of [tree, again, chrooted, elsewhere]) await each.close();
  });

  it("reads as empty below a chroot that does not exist, which no write makes", async () => {
    const tree = await openStateTree({ zookeeper: { servers: `${server.address}/clusters/typo` } });
    assert.equal(await tree.digest("G-wc"), undefined);
    await tree.erase("G-wc");
    await assert.rejects(tree.submit(recordedTree("G-wc").submission), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /chroot \/clusters\/typo of .* does not exist.*state\.zookeeper\.setUp: true/);
      return true;
    });
    await tree.close();
    const session = await openSession(server.address);
    assert.equal(await session.exists("/clusters/typo"), false);
    await session.close();
  });

  it("may have the root of ZooKeeper as its own", async () => {
    await makeNode("/bare");
    const tree = await openStateTree({ zookeeper: { servers: `${server.address}/bare`, root: "/" } });
    await tree.submit(recordedTree("G-wc").submission);
    await tree.close();
    const session = await openSession(server.address);
    assert.equal(await session.exists("/bare/topologies/G-wc"), true);
    await session.close();
  });

  it("makes a directory again that ZooKeeper reaped when it was empty", async () => {
    const root = freshRoot();
    const store = await openStore(root);
    const session = await openSession(server.address);
    await session.delete(`${root}/topologies`);
    await new StateTree(store).submit(recordedTree("G-wc").submission);
    assert.equal(await session.exists(`${root}/topologies/G-wc`), true);
    await Promise.all([store.close(), session.close()]);
  });

  async function makeNode(path: string): Promise<void> {
    const session = await openSession(server.address);
    await session.mkdirs(path);
    await session.close();
  }

  describe("with digest credentials", () => {
    const credentials = { username: "ada", password: "secret-word" };
    const root = "/heron/protected";
    const { submission, jobPageLinks } = recordedTree("G-wc");
    let stranger: ZooKeeperSession;

    beforeEach(async () => {
      stranger = await openSession(server.address);
      const tree = await openStateTree({ zookeeper: { servers: server.address, root, digest: true } }, credentials);
      await tree.submit(submission);
      await tree.recordScheduler("G-wc", jobPageLinks);
      await tree.close();
    });
    afterEach(() => stranger.close());

    it("lets everyone read and nobody else write or delete what the submitter writes", async () => {
      for (const directory of ["topologies", "packingplans", "executionstate", "schedulers"]) {
        const path = `${root}/${directory}/G-wc`;
        assert.ok((await stranger.get(path))!.length > 0);
        await assert.rejects(stranger.put(path, new Uint8Array()), UserError);
        await assert.rejects(stranger.delete(path), UserError);
        await assert.rejects(stranger.create(`${path}2`, new Uint8Array()), UserError);
      }
      assert.match(
        zkCli(server, "getAcl", `${root}/topologies/G-wc`),
        /'digest,'ada:[^:]+: cdrwa\s+'world,'anyone\s*: r\s/,
      );
    });

    it("lets the topology's containers, which have none, register", async () => {
      for (const directory of ["tmanagers", "metricscaches", "pplans", "statefulcheckpoints", "locks"]) {
        await stranger.put(`${root}/${directory}/G-wc`, new Uint8Array());
        await stranger.delete(`${root}/${directory}/G-wc`);
      }
    });

    it("can be changed and erased by who has the credentials", async () => {
      await stranger.put(`${root}/pplans/G-wc`, new Uint8Array());
      const tree = await openStateTree({ zookeeper: { servers: server.address, root, digest: true } }, credentials);
      await tree.submit({ ...submission, plan: recordedTree("G-wc2").submission.plan });
      await tree.erase("G-wc");
      await tree.close();
      for (const directory of directories) assert.deepEqual(await stranger.children(`${root}/${directory}`), []);
    });

    it("protects nodes that were open before, and opens those that were protected, also where they say already what they should", async () => {
      const open = freshRoot();
      const submitted = async (digest: boolean) => {
        const tree = await openStateTree({ zookeeper: { servers: server.address, root: open, digest } }, credentials);
        await tree.submit(submission);
        await tree.recordScheduler("G-wc", jobPageLinks);
        await tree.close();
      };
      await submitted(false);
      await submitted(true);
      for (const directory of ["topologies", "packingplans", "executionstate", "schedulers"])
        await assert.rejects(stranger.put(`${open}/${directory}/G-wc`, new Uint8Array()), UserError, directory);
      await submitted(false);
      for (const directory of ["topologies", "packingplans", "executionstate", "schedulers"])
        await stranger.put(`${open}/${directory}/G-wc`, new Uint8Array());
    });

    it("tells who lacks them what is refused, without naming a secret", async () => {
      const wrong = { username: "ada", password: "not-the-word" };
      for (const tree of [
        await openStateTree({ zookeeper: { servers: server.address, root } }),
        await openStateTree({ zookeeper: { servers: server.address, root, digest: true } }, wrong),
      ]) {
        await assert.rejects(tree.erase("G-wc"), (error) => {
          assert.ok(error instanceof UserError);
          assert.match(error.message, /does not allow us to delete \/heron\/protected\/packingplans\/G-wc/);
          assert.doesNotMatch(error.message, /not-the-word/);
          return true;
        });
        await tree.close();
      }
    });
  });

  describe("when the server dies in the middle", () => {
    const { submission, nodes } = recordedTree("G-wc");
    const expected = Object.fromEntries(Object.entries(nodes).filter(([path]) => !path.startsWith("schedulers/")));

    for (const write of [0, 1, 2]) {
      it(`fails at write ${write} in words, and is whole after the next run`, async () => {
        const root = freshRoot();
        const store = await openStore(root, 3_000);
        await makeDirectories(store);
        let writes = 0;
        const dying = writingBy(store, async (path, data) => {
          if (writes++ === write) await server.crash();
          await store.put(path, data);
        });
        await assert.rejects(new StateTree(dying).submit(submission), (error) => {
          assert.ok(error instanceof UserError);
          assert.match(error.message, /while trying to write \/heron.*run again.*half written/is);
          return true;
        });
        await store.close();
        await server.start();
        const again = await openStore(root);
        await new StateTree(again).submit(submission);
        assert.deepEqual(await contentsOf(again), expected);
        await again.close();
      });
    }

    it("says which ZooKeeper is down when the next run begins too early", async () => {
      await server.crash();
      try {
        await assert.rejects(openStore("/heron/down", 700), (error) => {
          assert.ok(error instanceof UserError);
          assert.ok(error.message.includes(`${server.address} refuses connections`));
          return true;
        });
      } finally {
        await server.start();
      }
    });
  });
});
