import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { request } from "undici";
import { metadataNames } from "../../components/aurora/thermos";
import { runtimeConfig } from "../../components/heron/definition";
import { TopologyState } from "../../components/heron/proto/gen/topology_pb";
import { openStateTree, type TopologyState as TreeState } from "../../components/heron/state";
import { LocalEnvironment } from "../support/local-environment";
import { repoRoot } from "../support/paths";
import { unwellCore } from "../support/unwell-core";
import { listenOnLoopback } from "../support/loopback";

const quick = {
  healthCheck: { initialIntervalSeconds: 8, intervalSeconds: 1, timeoutSeconds: 1, maxConsecutiveFailures: 0 },
  update: { watchSeconds: 1 },
  timeouts: { create: 60, update: 120, delete: 60 },
};

describe("a topology whose processes really run", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start({ tasks: "real" });
    environment.project.write("unwell-core.tar.gz", await unwellCore());
    environment.document({ defaults: quick });
  });

  after(() => environment.dispose());

  it("ends RUNNING, and every container answers its health check", async () => {
    await environment.project.up();
    assert.deepEqual(await statuses(), ["RUNNING", "RUNNING", "RUNNING"]);
    for (const { assignedPorts } of await tasks()) {
      const { statusCode, body } = await request(`http://127.0.0.1:${assignedPorts.http}/health`);
      assert.deepEqual([statusCode, await text(body)], [200, "ok"]);
    }
  });

  it("is deactivated and activated by its TManager, and no container restarts for it", async () => {
    const before = await taskIds();
    await expectState(TopologyState.RUNNING);
    environment.topology({ state: "deactivated" });
    assert.match((await environment.project.preview()).output, /"deactivate"/);
    await environment.project.up();
    await expectState(TopologyState.PAUSED);
    environment.topology();
    await environment.project.up();
    await expectState(TopologyState.RUNNING);
    assert.deepEqual(await taskIds(), before);
    await environment.project.up("--expect-no-changes");
  });

  it("that somebody else has deactivated is shown by a refresh, and activated again by the next run", async () => {
    const before = await taskIds();
    const { topologyId } = (await treeState()).executionState ?? assert.fail("it is submitted");
    const { host, controllerPort } = (await treeState()).tmanager ?? assert.fail("it has registered");
    await text((await request(`http://${host}:${controllerPort}/deactivate?topologyid=${topologyId}`)).body);
    await expectState(TopologyState.PAUSED);
    const { output } = await environment.project.succeed(["refresh", "--yes", "--diff", "--stack", "test"]);
    assert.match(output, /state\s*: "running" => "deactivated"/);
    assert.match((await environment.project.preview()).output, /change: "activate"/);
    await environment.project.up();
    await expectState(TopologyState.RUNNING);
    assert.deepEqual(await taskIds(), before);
  });

  it("is packed into more containers and given another runtime config, and no container restarts for it", async () => {
    const before = await taskIds();
    environment.topology({ containerNumber: 3, runtimeConfig: { "topology.debug": true, "words:rate": 5 } });
    const { output } = await environment.project.preview();
    assert.match(output, /scale out 3 → 4 containers; runtime config topology\.debug = true, words:rate = 5/);
    await environment.project.up();
    assert.deepEqual((await taskIds()).slice(0, 3), before);
    await expectConfig({ "topology.debug": "true", "words:rate": "5" });
    await environment.project.up("--refresh", "--expect-no-changes");
    environment.topology();
    await environment.project.up();
    assert.deepEqual(await taskIds(), before);
    await expectConfig({});
  });

  it("is put back when a changed configuration never becomes healthy, which is told with instance and reason", async () => {
    const before = await hashes();
    const nodes = await submitted();
    deploy("unwell");
    expectUnwell(await failingUp(), /rolling update.*ROLLED_BACK/s);
    assert.deepEqual(await statuses(), ["RUNNING", "RUNNING", "RUNNING"]);
    assert.deepEqual(await hashes(), before);
    assert.deepEqual(await submitted(), nodes);
    const calls = environment.sandbox.requests().length;
    deploy("well");
    await environment.project.up();
    assert.deepEqual(environment.writes(calls), []);
  });

  it("stays where a failed update got to when that is not to be undone, and the next run mends it", async () => {
    const before = await taskIds();
    deploy("unwell", { rollbackOnFailure: false });
    environment.topology({ config: { "topology.debug": true } });
    const nodes = await submitted();
    expectUnwell(await failingUp(), /rolling update ended FAILED: instance 0 failed.*was not undone/s);
    assert.deepEqual((await taskIds()).slice(1), before.slice(1), "those that it did not reach go on");
    assert.notDeepEqual(await submitted(), nodes, "container 0 finds the topology that it was started for");
    deploy("well");
    environment.topology();
    await environment.project.up();
    assert.deepEqual(await statuses(), ["RUNNING", "RUNNING", "RUNNING"]);
    assert.deepEqual((await taskIds()).slice(1), before.slice(1), "those that were well all along go on");
    assert.deepEqual(await submitted(), nodes);
    await environment.project.up("--refresh", "--expect-no-changes");
  });

  it("goes on by its old packing plan when none of its containers was reached by a failed update", async () => {
    const before = await taskIds();
    deploy("unwell", { rollbackOnFailure: false });
    environment.topology({ parallelism: { count: 5 } });
    const nodes = await submitted();
    expectUnwell(await failingUp(), /rolling update ended FAILED: instance 3 failed/s);
    assert.deepEqual((await taskIds()).slice(0, 3), before);
    assert.deepEqual(await submitted(), nodes);
    deploy("well");
    environment.topology();
    await environment.project.up();
    assert.deepEqual(await taskIds(), before);
    await environment.project.up("--refresh", "--expect-no-changes");
  });

  it("fails the first deployment when it never becomes healthy, and the next one mends it", async () => {
    await environment.project.destroy();
    deploy("unwell");
    expectUnwell(await failingUp(), /does not come up/);
    deploy("well");
    await environment.project.up();
    assert.deepEqual(await statuses(), ["RUNNING", "RUNNING", "RUNNING"]);
    assert.equal(new Set(await hashes()).size, 1);
    await environment.project.destroy();
    assert.deepEqual(await tasks(), []);
  });

  it("is submitted deactivated, and activated without a restart", async () => {
    deploy("well");
    environment.topology({ state: "deactivated" });
    await environment.project.up();
    await expectState(TopologyState.PAUSED);
    const before = await taskIds();
    environment.topology();
    await environment.project.up();
    await expectState(TopologyState.RUNNING);
    assert.deepEqual(await taskIds(), before);
    await environment.project.destroy();
  });

  it("fetches a core package that nobody hosts from where it lies, by curl, and checks it", async () => {
    const core = readFileSync(join(repoRoot, "examples/core/heron-core.tar.gz"));
    const sha256 = createHash("sha256").update(core).digest("hex");
    const served: string[] = [];
    const mirror = createServer(({ headers }, response) => {
      served.push(headers["user-agent"] ?? "");
      response.end(core);
    });
    const url = `http://127.0.0.1:${await listenOnLoopback(mirror)}/heron-core-0.20.5.tar.gz`;
    try {
      environment.document({ defaults: quick, core: { url, sha256, host: false } });
      await environment.project.up();
      assert.deepEqual(await statuses(), ["RUNNING", "RUNNING", "RUNNING"]);
      assert.equal(served.length, 3);
      for (const agent of served) assert.match(agent, /^curl\//);
      await environment.project.destroy();
    } finally {
      mirror.close();
    }
  });

  function deploy(health: "well" | "unwell", update: object = {}): void {
    environment.document({
      defaults: { ...quick, update: { ...quick.update, ...update } },
      ...(health === "unwell" && { core: { path: "../unwell-core.tar.gz" } }),
    });
  }

  async function failingUp(): Promise<string> {
    const { code, output } = await environment.project.pulumi(environment.project.command("up"));
    assert.notEqual(code, 0, output);
    return output;
  }

  function expectUnwell(output: string, how: RegExp): void {
    assert.match(output, how);
    assert.match(output, /instance \d.*expected response/s);
    assert.doesNotMatch(output, /^\s+at .*\(/m, "a stack trace");
  }

  const tasks = async () =>
    (await environment.aurora.tasks(environment.job, { active: true })).sort((a, b) => a.instanceId - b.instanceId);
  const taskIds = async () => (await tasks()).map(({ taskId }) => taskId);
  const statuses = async () => (await tasks()).map(({ status }) => status);
  const hashes = async () =>
    (await tasks()).map(({ metadata }) => metadata.find(({ key }) => key === metadataNames.task)?.value);

  async function treeState(): Promise<TreeState> {
    const tree = await openStateTree({ local: { root: environment.stateRoot } });
    return tree.read("WordCount");
  }

  /** The nodes that a submission writes, without its time. */
  async function submitted(): Promise<object> {
    const { topology, plan, scheduler, executionState } = await treeState();
    return { topology, plan, scheduler, executionState: { ...executionState, submissionTime: undefined } };
  }

  /** What the TManager says in the state tree, once it has made its physical plan. */
  async function expectConfig(wanted: object): Promise<void> {
    let config: object | undefined;
    for (let tries = 0; tries < 100 && !isDeepStrictEqual(config, wanted); tries++) {
      await sleep(100);
      const { physicalPlan } = await treeState();
      config = physicalPlan?.topology && Object.fromEntries(runtimeConfig(physicalPlan.topology));
    }
    assert.deepEqual(config, wanted);
  }

  /** What the TManager says in the state tree, once it has said it. */
  async function expectState(wanted: TopologyState): Promise<void> {
    let state: TopologyState | undefined;
    for (let tries = 0; tries < 100 && state !== wanted; tries++) {
      await sleep(100);
      state = (await treeState()).physicalPlan?.topology?.state;
    }
    assert.equal(state, wanted);
  }
});
