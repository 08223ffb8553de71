import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { openSession, type ZooKeeperSession } from "../../components/zookeeper/session";
import { Gate } from "../support/gate";
import { LocalEnvironment } from "../support/local-environment";
import { startTimeoutMs, startZooKeeper, type ZooKeeperServer } from "../support/zookeeper";

describe("Heron's update lock in ZooKeeper, by the real engine", () => {
  let server: ZooKeeperServer;
  let session: ZooKeeperSession;
  let environment: LocalEnvironment;
  let gate: Gate;
  const lock = "/heron/locks/WordCount__updateTopology";

  before(async function () {
    this.timeout(startTimeoutMs);
    server = await startZooKeeper();
    session = await openSession(server.address);
    environment = await LocalEnvironment.start();
    gate = await Gate.open(environment.url);
    environment.document({
      scheduler: { url: gate.url },
      state: { zookeeper: { servers: server.address } },
      defaults: { update: { watchSeconds: 0 }, timeouts: { create: 30, update: 30, delete: 30 } },
    });
    await environment.project.up();
  });
  after(async () => {
    await gate.close();
    await environment.dispose();
    await session.close();
    await server.stop();
  });

  it("is asked for by no preview, by no refresh, and by no up that changes nothing, which does not even open the tree", async () => {
    // The end of the session that the first up has left is a write as well; the test's own stays.
    while ((await server.sessions()) !== 1) await sleep(100);
    const written = await server.lastWrite();
    await environment.project.up();
    environment.topology({ parallelism: { count: 5 } });
    const { output } = await environment.project.preview();
    assert.match(output, /scale out 3 → 5 containers/);
    assert.match(written, /^0x[\da-f]+$/);
    assert.equal(await server.lastWrite(), written);
    await environment.project.succeed(["refresh", "--yes", "--skip-preview", "--stack", "test"]);
    assert.deepEqual(await session.children("/heron/locks"), []);
  });

  it("hinders no up that follows at once upon one that was killed while it held it", async () => {
    environment.topology({ parallelism: { count: 5 } });
    const command = environment.project.start(environment.project.command("up"));
    let held: readonly string[] | undefined;
    gate.at({ when: "before", method: "addInstances" }, async () => {
      held = await session.children(`${lock}/leases`);
      command.kill();
    });
    assert.equal((await command.result).signal, "SIGKILL");
    assert.equal(held?.length, 1);
    await environment.project.recover();
    assert.deepEqual(await session.children(`${lock}/leases`), held, "the session has ended before its time");
    await environment.project.up();
    assert.equal((await environment.aurora.tasks(environment.job, { active: true })).length, 5);
    assert.deepEqual(await session.children(`${lock}/leases`), []);
  });

  it("is nowhere once the topology is destroyed", async () => {
    await environment.project.destroy();
    assert.deepEqual(await session.children("/heron/locks"), []);
  });
});
