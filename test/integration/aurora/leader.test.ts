import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAurora } from "../../../components/aurora/client";
import { AuroraError } from "../../../components/aurora/errors";
import { openSession, type ZooKeeperSession } from "../../../components/zookeeper/session";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { instantSimulation } from "../../../sandbox/options";
import { announce, serviceSet } from "../../support/service-set";
import { startTimeoutMs, startZooKeeper, type ZooKeeperServer } from "../../support/zookeeper";

describe("the leading scheduler, by its service set in a real ZooKeeper", function () {
  this.timeout(startTimeoutMs);
  let server: ZooKeeperServer;
  let session: ZooKeeperSession;
  const folders: string[] = [];
  const sandboxes: Sandbox[] = [];

  const scheduler = async (clusterName: string) => {
    const dataDir = mkdtempSync(join(tmpdir(), "leader-"));
    const sandbox = await startSandbox({ dataDir, clusterName, simulate: instantSimulation });
    folders.push(dataDir);
    sandboxes.push(sandbox);
    return sandbox;
  };
  const connect = () =>
    connectAurora({
      cluster: "west",
      scheduler: { zookeeper: { servers: server.address } },
      openServiceSet: openSession,
      retryForMs: 5_000,
    });
  const job = { cluster: "west", role: "heron", environment: "devel", name: "none" };

  before(async () => {
    server = await startZooKeeper();
    session = await openSession(server.address);
  });

  after(async () => {
    await session.close();
    for (const sandbox of sandboxes) await sandbox.stop({ killTasks: true });
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    await server.stop();
  });

  it("is named as missing as long as none has announced itself", async () => {
    const aurora = connect();
    await assert.rejects(
      aurora.tasks(job, {}),
      (error) => error instanceof AuroraError && error.message.includes(serviceSet),
    );
    await aurora.close();
  });

  it("is found, and found anew when another takes over in mid-life", async () => {
    const first = await scheduler("west");
    await announce(session, "member_0000000001", first.url);
    const aurora = connect();
    assert.deepEqual(await aurora.tasks(job, {}), []);
    assert.ok(first.requests().length > 0);

    const second = await scheduler("west");
    await announce(session, "member_0000000002", second.url);
    await session.delete(`${serviceSet}/member_0000000001`);
    await first.stop({ killTasks: true });
    sandboxes.splice(sandboxes.indexOf(first), 1);
    assert.deepEqual(await aurora.tasks(job, {}), []);
    assert.ok(second.requests().length > 0);
    await aurora.close();
  });
});
