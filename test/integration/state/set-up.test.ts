import assert from "node:assert/strict";
import { credentialsKey } from "../../../components/config/credentials";
import { UserError } from "../../../components/errors";
import { openStateTree } from "../../../components/heron/state";
import { directories } from "../../../components/heron/state/paths";
import { planStateTreeRoot } from "../../../components/plan/state-tree";
import type { StateTreeRootInputs, StateTreeRootProperties } from "../../../components/state-tree-root/inputs";
import { stateTreeRoot } from "../../../components/state-tree-root/lifecycle";
import { type ZooKeeperSession, openSession } from "../../../components/zookeeper/session";
import { freePort } from "../../support/ports";
import { type ZooKeeperServer, startTimeoutMs, startZooKeeper, zkCli } from "../../support/zookeeper";
import { recordedTree } from "../../unit/heron/state/golden-state";

const ada = { username: "ada", password: "secret-word" };
const submitters = ["executionstate", "packingplans", "schedulers", "topologies"];

describe("The state tree set up in a real ZooKeeper 3.8", function () {
  this.timeout(startTimeoutMs);
  let server: ZooKeeperServer;
  let owner: ZooKeeperSession;
  let stranger: ZooKeeperSession;
  let roots = 0;

  const signIn = (zookeeper?: typeof ada): void => {
    const text = zookeeper && JSON.stringify({ west: { zookeeper } });
    stateTreeRoot.configure({ config: { get: (key) => (key === credentialsKey ? text : undefined) } });
  };
  const planned = (settings: Partial<Parameters<typeof planStateTreeRoot>[1]> = {}): StateTreeRootInputs =>
    planStateTreeRoot("west", { servers: server.address, root: `/set-up/${roots++}`, ...settings });
  const created = async (tree: StateTreeRootInputs): Promise<StateTreeRootInputs> => {
    await stateTreeRoot.create({ tree });
    return tree;
  };
  const seen = async (tree: StateTreeRootInputs) => (await stateTreeRoot.read("id", { tree })).props?.tree;
  const aclsBy = async (session: ZooKeeperSession, { path }: StateTreeRootInputs) =>
    Object.fromEntries(
      await Promise.all(directories.map(async (each) => [each, await session.access(`${path}/${each}`)] as const)),
    );

  before(async () => {
    server = await startZooKeeper();
    stranger = await openSession(server.address);
    owner = await openSession(server.address, { auth: { scheme: "digest", auth: `${ada.username}:${ada.password}` } });
  });
  after(async () => {
    await Promise.all([owner.close(), stranger.close()]);
    await server.stop();
  });
  beforeEach(() => signIn(ada));

  it("has every directory, open to the world as Heron makes them, and needs no credentials for it", async () => {
    signIn();
    const tree = await created(planned());
    assert.deepEqual((await stranger.children(tree.path))?.sort(), [...directories].sort());
    assert.match(zkCli(server, "getAcl", `${tree.path}/topologies`), /'world,'anyone\s*: cdrwa/);
    assert.deepEqual(await seen(tree), tree);
    assert.equal(stateTreeRoot.diff("id", { tree }, { tree: planned({ root: tree.path }) }).changes, false);
  });

  it("is protected by credentials where the submitter writes, and open where containers do", async () => {
    const tree = await created(planned({ digest: true }));
    const asked = Object.fromEntries(
      directories.map((each) => [each, submitters.includes(each) ? "creator" : "world"] as const),
    );
    assert.deepEqual(await aclsBy(owner, tree), asked);
    assert.equal(await owner.access(tree.path), "creator");
    assert.match(
      zkCli(server, "getAcl", `${tree.path}/topologies`),
      /'digest,'ada:[^:]+: cdrwa\s+'world,'anyone\s*: r\s/,
    );
    const foreign = (await aclsBy(stranger, tree)).topologies;
    assert.equal(foreign, "other: digest ada cdrwa, world anyone r");
    await assert.rejects(stranger.create(`${tree.path}/topologies/wc`, new Uint8Array()), UserError);
    await stranger.create(`${tree.path}/pplans/wc`, new Uint8Array());
    assert.deepEqual(await seen(tree), tree);
    assert.ok(!JSON.stringify(tree).includes(ada.password));
  });

  it("asks for the credentials that it is to be protected by", async () => {
    signIn();
    await assert.rejects(created(planned({ digest: true })), /heron:credentials/);
  });

  it("shows what others removed and opened, and is repaired", async () => {
    const tree = await created(planned({ digest: true }));
    await owner.delete(`${tree.path}/locks`);
    await owner.protect(`${tree.path}/topologies`, "world");
    const { locks: _locks, ...others } = tree.directories;
    const drifted = await seen(tree);
    assert.deepEqual(drifted, { ...tree, directories: { ...others, topologies: "world" } });
    assert.deepEqual(await seen(drifted), drifted, "a second refresh sees the same");
    assert.deepEqual(stateTreeRoot.diff("id", { tree: drifted }, { tree }), { changes: true, replaces: [] });
    await stateTreeRoot.update("id", { tree: drifted }, { tree });
    assert.deepEqual(await seen(drifted), tree);
  });

  it("is protected, and opened again, when the document says so later; its topologies stay", async () => {
    const open = await created(planned());
    await stranger.put(`${open.path}/topologies/wc`, new Uint8Array());
    const closed = planned({ root: open.path, digest: true });
    await stateTreeRoot.update("id", { tree: open }, { tree: closed });
    assert.deepEqual(await aclsBy(owner, open), closed.directories);
    await stateTreeRoot.update("id", { tree: closed }, { tree: open });
    assert.deepEqual(await aclsBy(stranger, open), open.directories);
    assert.equal(await stranger.exists(`${open.path}/topologies/wc`), true);
  });

  it("refuses with the reason what another user's ACL forbids", async () => {
    const tree = await created(planned({ digest: true }));
    signIn({ ...ada, password: "not-the-word" });
    assert.equal((await seen(tree))?.directories.topologies, "other: digest ada cdrwa, world anyone r");
    await assert.rejects(stateTreeRoot.update("id", { tree }, { tree }), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /does not allow us to protect .* \(NO_AUTH\).*user and password/s);
      assert.doesNotMatch(error.message, /not-the-word/);
      return true;
    });
  });

  it("is gone when its root is, and is made again with the chroot it lies in", async () => {
    const tree = planned({ servers: `${server.address}/apps/blue`, root: "/heron" });
    assert.equal(await seen(tree), undefined);
    await created(tree);
    assert.deepEqual((await stranger.children("/apps/blue/heron"))?.sort(), [...directories].sort());
    assert.deepEqual(await seen(tree), tree);
  });

  it("leaves the ACL of a chroot alone that is the root itself", async () => {
    const tree = await created(planned({ servers: `${server.address}/shared`, root: "/", digest: true }));
    assert.equal(await stranger.access("/shared"), "world");
    assert.equal(await owner.access("/shared/topologies"), "creator");
    assert.deepEqual(await seen(tree), tree);
  });

  it("is another tree in another chroot or root path, and the same on other hosts", () => {
    const tree = planned();
    const replaces = (changed: Partial<StateTreeRootInputs>) =>
      stateTreeRoot.diff("id", { tree }, { tree: { ...tree, ...changed } }).replaces;
    assert.deepEqual(replaces({ servers: "zk2.example:2181" }), []);
    assert.deepEqual(replaces({ servers: `${tree.servers}/green` }), ["tree"]);
    assert.deepEqual(replaces({ path: "/other" }), ["tree"]);
  });

  it("is no other tree yet where a preview does not know which", () => {
    const unknown = { tree: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } as unknown as StateTreeRootProperties;
    assert.deepEqual(stateTreeRoot.diff("id", { tree: planned() }, unknown), { changes: true, replaces: [] });
  });

  describe("when it is destroyed", () => {
    it("stays unless its removal was asked for", async () => {
      const tree = await created(planned());
      await stateTreeRoot.delete("id", { tree });
      assert.deepEqual(await seen(tree), tree);
    });

    it("is removed where asked, twice without complaint, and its chroot stays", async () => {
      const settings = { servers: `${server.address}/removed`, root: "/heron", digest: true, removeOnDestroy: true };
      const tree = await created(planned(settings));
      await stateTreeRoot.delete("id", { tree });
      await stateTreeRoot.delete("id", { tree });
      assert.deepEqual(await stranger.children("/removed"), []);
    });

    it("stays where the program has it by another resource, as after a rename without an alias", async () => {
      const tree = await created(planned({ removeOnDestroy: true }));
      stateTreeRoot.check({}, { tree });
      await stateTreeRoot.delete("id", { tree });
      assert.deepEqual(await seen(tree), tree);
    });

    it("is refused as a whole while topologies are in it, each named with its places", async () => {
      const tree = await created(planned({ removeOnDestroy: true }));
      const topologies = await openStateTree({ zookeeper: { servers: server.address, root: tree.path } });
      await topologies.submit(recordedTree("G-wc").submission);
      await topologies.close();
      await stranger.put(`${tree.path}/statefulcheckpoints/old`, new Uint8Array());
      await assert.rejects(stateTreeRoot.delete("id", { tree }), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /G-wc \(topologies, packingplans, executionstate\); old \(statefulcheckpoints\)/);
        assert.match(error.message, /removeOnDestroy: false/);
        return true;
      });
      assert.deepEqual(await seen(tree), tree);
    });

    it("leaves what is not Heron's, and the root that holds it", async () => {
      const tree = await created(planned({ removeOnDestroy: true }));
      await stranger.put(`${tree.path}/notes`, new Uint8Array());
      await stateTreeRoot.delete("id", { tree });
      assert.deepEqual(await stranger.children(tree.path), ["notes"]);
    });
  });

  describe("with an ensemble of several hosts", () => {
    it("uses the one that answers", async () => {
      const tree = await created(planned({ servers: `127.0.0.1:${await freePort()},${server.address}` }));
      assert.deepEqual(await seen(tree), tree);
    });

    it("names each host when none answers, and why", async () => {
      const port = await freePort();
      const tree = planned({ servers: `127.0.0.1:${port},no-such-host.invalid:2182/heron` });
      await assert.rejects(created(tree), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port} refuses connections`));
        assert.match(error.message, /no-such-host\.invalid:2182 is not a known host name/);
        return true;
      });
    });
  });
});
