import assert from "node:assert/strict";
import { directories } from "../../components/heron/state/paths";
import { type ZooKeeperSession, openSession } from "../../components/zookeeper/session";
import { LocalEnvironment } from "../support/local-environment";
import { type ZooKeeperServer, startZooKeeper } from "../support/zookeeper";

describe("a state tree that the document sets up", () => {
  const password = "canary-of-zookeeper";
  let environment: LocalEnvironment;
  let server: ZooKeeperServer;
  let owner: ZooKeeperSession;

  before(async () => {
    [server, environment] = await Promise.all([startZooKeeper(), LocalEnvironment.start()]);
    owner = await openSession(server.address, { auth: { scheme: "digest", auth: `ada:${password}` } });
    const set = ["config", "set", "--stack", "test", "--path"];
    const place = "heron:credentials.sandbox.zookeeper";
    await environment.project.succeed([...set, "--secret", `${place}.username`, "ada"]);
    await environment.project.succeed([...set, "--secret", `${place}.password`, password]);
  });

  after(async () => {
    await owner.close();
    await Promise.all([server.stop(), environment.dispose()]);
  });

  const document = (changes: object): void =>
    environment.document({
      state: { zookeeper: { servers: `${server.address}/apps`, digest: true, ...changes } },
    });

  it("is made with its chroot before the topology is submitted to it", async () => {
    document({ setUp: true, removeOnDestroy: true });
    await environment.project.up();
    assert.equal(await owner.access("/apps/heron"), "creator");
    assert.deepEqual(await owner.children("/apps/heron/topologies"), ["WordCount"]);
    const resources = await environment.project.resources();
    const job = resources.find(({ type }) => type.endsWith("AuroraJob"));
    assert.ok(!JSON.stringify(job?.inputs).includes("setUp"), "who sets the tree up changes no job");
    assert.ok(!JSON.stringify(resources).includes(password));
  });

  it("shows what others opened and removed, is repaired, and then has nothing to do; the job runs on", async () => {
    await owner.protect("/apps/heron/topologies", "world");
    await owner.delete("/apps/heron/locks");
    const from = environment.sandbox.requests().length;
    await environment.project.preview("--refresh");
    assert.equal(await owner.access("/apps/heron/locks"), undefined, "a preview writes nothing");
    const { output } = await environment.project.up("--refresh", "--diff");
    assert.match(output, /topologies\s*: "world" => "creator"/);
    assert.match(output, /\+ locks\s*: "world"/);
    assert.equal(await owner.access("/apps/heron/topologies"), "creator");
    assert.equal(await owner.access("/apps/heron/locks"), "world");
    const again = await environment.project.up("--refresh");
    assert.doesNotMatch(again.output, /updated|created|replaced/);
    assert.deepEqual(environment.writes(from), []);
  });

  it("is removed after its topologies, and the chroot stays", async () => {
    assert.equal((await owner.children("/apps/heron"))?.length, directories.length);
    await environment.project.destroy();
    assert.deepEqual(await owner.children("/apps"), []);
  });
});
