import assert from "node:assert/strict";
import { openSession, type ZooKeeperSession } from "../../components/zookeeper/session";
import { LocalEnvironment } from "../support/local-environment";
import { announce, serviceSet } from "../support/service-set";
import { type ZooKeeperServer, startZooKeeper } from "../support/zookeeper";

describe("a scheduler that the document names by the service set in ZooKeeper alone", () => {
  let environment: LocalEnvironment;
  let server: ZooKeeperServer;
  let session: ZooKeeperSession;

  before(async () => {
    [server, environment] = await Promise.all([startZooKeeper(), LocalEnvironment.start()]);
    session = await openSession(server.address);
    // Simulated tasks do not end, so a probe would not either.
    environment.document({ scheduler: { zookeeper: { servers: server.address } }, probe: false });
  });

  after(async () => {
    await session.close();
    await Promise.all([server.stop(), environment.dispose()]);
  });

  const statuses = async () =>
    (await environment.aurora.tasks(environment.job, { active: true })).map(({ status }) => status);

  it("is missed with the path of the service set as long as none has announced itself", async () => {
    const { code, output } = await environment.project.pulumi(environment.project.command("up"));
    assert.notEqual(code, 0);
    assert.ok(output.includes(`No Aurora scheduler has announced itself as leader in zookeeper ${server.address}`));
    assert.ok(output.includes(serviceSet));
    assert.doesNotMatch(output, /^\s+at .*\(/m, "a stack trace");
    assert.deepEqual(environment.sandbox.requests(), []);
  });

  it("gets the topology, RUNNING, once it has", async () => {
    await announce(session, "member_0000000007", environment.url);
    await environment.project.up();
    assert.deepEqual(environment.writes(), ["createJob"]);
    assert.deepEqual(await statuses(), ["RUNNING", "RUNNING", "RUNNING"]);
  });

  it("is asked by the next up with a refresh, which has nothing to change", async () => {
    const calls = environment.sandbox.requests().length;
    await environment.project.up("--refresh", "--expect-no-changes");
    assert.ok(environment.sandbox.requests().length > calls);
    assert.deepEqual(environment.writes(calls), []);
  });

  it("kills the topology by destroy", async () => {
    const calls = environment.sandbox.requests().length;
    await environment.project.destroy();
    assert.deepEqual(environment.writes(calls), ["killTasks"]);
    assert.deepEqual(await statuses(), []);
  });
});
