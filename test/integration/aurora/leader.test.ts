import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAurora } from "../../../components/aurora/client";
import { AuroraError } from "../../../components/aurora/errors";
import { openSession, type ZooKeeperSession } from "../../../components/zookeeper/session";
import { type Sandbox, startSandbox } from "../../../sandbox";
import { instantSimulation } from "../../../sandbox/options";
import { startTimeoutMs, startZooKeeper, type ZooKeeperServer } from "../../support/zookeeper";

const path = "/aurora/scheduler";

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
  /** Announces a scheduler as Aurora does: a member node that holds where it answers. */
  const announce = async (node: string, { url }: Sandbox) => {
    const { hostname, port } = new URL(url);
    const endpoint = { host: hostname, port: Number(port) };
    const member = { serviceEndpoint: endpoint, additionalEndpoints: { http: endpoint }, status: "ALIVE" };
    await session.put(`${path}/${node}`, Buffer.from(JSON.stringify(member)));
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
    await session.mkdirs(path);
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
      (error) => error instanceof AuroraError && error.message.includes(path),
    );
    await aurora.close();
  });

  it("is found, and found anew when another takes over in mid-life", async () => {
    const first = await scheduler("west");
    await announce("member_0000000001", first);
    const aurora = connect();
    assert.deepEqual(await aurora.tasks(job, {}), []);
    assert.ok(first.requests().length > 0);

    const second = await scheduler("west");
    await announce("member_0000000002", second);
    await session.delete(`${path}/member_0000000001`);
    await first.stop({ killTasks: true });
    sandboxes.splice(sandboxes.indexOf(first), 1);
    assert.deepEqual(await aurora.tasks(job, {}), []);
    assert.ok(second.requests().length > 0);
    await aurora.close();
  });
});
