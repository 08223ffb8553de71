import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { UserError } from "../../../components/errors";
import { StateTree, expectedDigest } from "../../../components/heron/state";
import { openZooKeeperStore } from "../../../components/heron/state/zookeeper";
import { openSession } from "../../../components/zookeeper/session";
import { type Link, startLink } from "../../support/link";
import { type ZooKeeperServer, startTimeoutMs, startZooKeeper } from "../../support/zookeeper";
import { recordedTree } from "../../unit/heron/state/golden-state";
import { makeDirectories, writingBy } from "../../unit/heron/state/stores";

const auth = { scheme: "digest", auth: "ada:secret-word" };
const sessionTimeoutMs = 2_000;

describe("A session of a real ZooKeeper that is lost in mid-submit", function () {
  this.timeout(startTimeoutMs);
  const { submission } = recordedTree("G-wc");
  const written = ["topologies", "packingplans", "executionstate"];
  let server: ZooKeeperServer;
  let link: Link;
  let roots = 0;

  before(async () => {
    server = await startZooKeeper();
    link = await startLink(server.address);
  });
  after(async () => {
    await link.cut();
    await server.stop();
  });

  /** A tree over the link, in which `act` is given the write of that number (0, 1, 2) to do. */
  async function treeWith(at: number, act: (write: () => Promise<void>) => Promise<void>) {
    const root = `/lost/${roots++}`;
    const store = await openZooKeeperStore({
      servers: link.address,
      root,
      digest: true,
      session: { timeoutMs: sessionTimeoutMs, auth },
    });
    await makeDirectories(store);
    let writes = 0;
    const put = (path: string, data: Uint8Array) => store.put(path, data);
    const disturbed = writingBy(store, (path, data) =>
      writes++ === at ? act(() => put(path, data)) : put(path, data),
    );
    return { root, tree: new StateTree(disturbed) };
  }

  async function assertWhole(root: string, tree: StateTree): Promise<void> {
    assert.equal(await tree.digest(submission.name), expectedDigest(submission));
    const owner = await openSession(server.address, { auth });
    for (const directory of written) {
      assert.equal(await owner.access(`${root}/${directory}/${submission.name}`), "creator");
    }
    await owner.close();
  }

  for (const write of [0, 1, 2]) {
    it(`is done all the same when the connection breaks under write ${write} and comes back`, async () => {
      const { root, tree } = await treeWith(write, async (start) => {
        const under = start();
        await link.cut();
        await link.join();
        await under;
      });
      await tree.submit(submission);
      await assertWhole(root, tree);
      await tree.close();
    });

    it(`fails in words when it expires at write ${write}, and running again completes it`, async () => {
      const { root, tree } = await treeWith(write, async (start) => {
        await link.cut();
        await start();
      });
      await assert.rejects(tree.submit(submission), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, new RegExp(`while trying to write ${root}/.*run again`, "is"));
        assert.doesNotMatch(error.message, /secret-word/);
        return true;
      });
      // Longer than the server keeps a session of which it hears nothing.
      await setTimeout(2 * sessionTimeoutMs);
      await link.join();
      await tree.submit(submission);
      await assertWhole(root, tree);
      await tree.close();
    });
  }
});
