import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { readDefinition } from "../../../components/heron/definition";
import { type PackingPlan, PackingPlanSchema } from "../../../components/heron/proto/gen/packing_plan_pb";
import { type PhysicalPlan, PhysicalPlanSchema } from "../../../components/heron/proto/gen/physical_plan_pb";
import { type TManagerLocation, TManagerLocationSchema } from "../../../components/heron/proto/gen/tmanager_pb";
import { TopologySchema, TopologyState } from "../../../components/heron/proto/gen/topology_pb";
import { openLocalStore } from "../../../components/heron/state/local";
import type { StateStore } from "../../../components/heron/state/store";
import { openZooKeeperStore } from "../../../components/heron/state/zookeeper";
import { goldenJson, goldenPath, repoRoot } from "../../support/paths";
import { startTimeoutMs, startZooKeeper, type ZooKeeperServer } from "../../support/zookeeper";
import { Container, eventually } from "./executor";

/** Recorded: 1 spout and 1 bolt in 2 containers. */
const topology = "G-wc2";
const definition = readDefinition(readFileSync(goldenPath("heron", topology, "definition.defn")), topology);

function recordedArguments(connection: string, root: string): string[] {
  const { topology_arguments: text } = goldenJson("heron", topology, "submit.json") as { topology_arguments: string };
  return text
    .split(" ")
    .map((arg) => arg.replace(/^(--state-manager-connection)=.*/, `$1=${connection}`))
    .map((arg) => arg.replace(/^(--state-manager-root)=.*/, `$1=${root}`))
    .map((arg) => arg.replace(/^(--topology-id)=.*/, `$1=${definition.id}`));
}

function recordedPlan(): PackingPlan {
  const bytes = readFileSync(goldenPath("heron", topology, "packing.RoundRobinPacking.pb"));
  return { ...fromBinary(PackingPlanSchema, bytes), id: definition.id };
}

describe("sample core package", () => {
  it("is what its source builds", () => {
    const folder = mkdtempSync(join(tmpdir(), "core-"));
    try {
      execFileSync(process.execPath, [join(repoRoot, "scripts", "build-core.mjs"), join(folder, "built")], {
        cwd: folder,
      });
      const kept = readFileSync(join(repoRoot, "examples", "core", "heron-core.tar.gz"));
      assert.ok(
        kept.equals(readFileSync(join(folder, "built"))),
        "examples/core/heron-core.tar.gz is not what its source builds: run 'node scripts/build-core.mjs'",
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  describe("a command line that Heron's executor would refuse", () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "core-"))));
    afterEach(() => rmSync(folder, { recursive: true }));

    for (const [what, change, message] of [
      ["an option missing", (args) => args.filter((arg) => !arg.startsWith("--cluster=")), /missing: --cluster\n/],
      ["an option it does not know", (args) => [...args, "--surprise=1"], /--surprise/],
      ["a ram map it cannot read", (args) => swap(args, "component-ram-map", "word"), /component-ram-map.*"word"/],
      ["options not in base64", (args) => swap(args, "instance-jvm-opts", '"-Xmx1g"'), /instance-jvm-opts.*base64/],
      [
        "no number where one is due",
        (args) => swap(args, "checkpoint-manager-ram", "1g"),
        /checkpoint-manager-ram.*"1g"/,
      ],
    ] as [string, (args: string[]) => string[], RegExp][]) {
      it(`ends it at once: ${what}`, async () => {
        const container = await Container.start(
          1,
          folder,
          change(recordedArguments("LOCALMODE", join(folder, "tree"))),
        );
        assert.equal(await container.exited(), 2);
        assert.match(container.output, message);
      });
    }

    it("ends it when the topology package is not in the container", async () => {
      const args = recordedArguments("LOCALMODE", join(folder, "tree"));
      const container = await Container.start(1, folder, args, { unpacked: false });
      assert.equal(await container.exited(), 1);
      assert.match(container.output, /is not in the container: was the topology package fetched and unpacked\?/);
    });
  });

  describe("with the state tree in a folder", () => {
    topologyRuns(async () => {
      const root = mkdtempSync(join(tmpdir(), "core-tree-"));
      return {
        connection: "LOCALMODE",
        root,
        tree: await openLocalStore(root),
        stop: async () => {
          await Promise.resolve();
          rmSync(root, { recursive: true });
        },
      };
    });
  });

  describe("with the state tree in ZooKeeper", () => {
    let server: ZooKeeperServer;
    before(async function () {
      this.timeout(startTimeoutMs);
      server = await startZooKeeper();
    });
    after(() => server.stop());

    topologyRuns(async () => {
      const root = `/heron-${process.hrtime.bigint()}`;
      return {
        connection: server.address,
        root,
        tree: await openZooKeeperStore({ servers: server.address, root, digest: false, session: {} }),
        stop: () => Promise.resolve(),
      };
    });
  });
});

interface Fixture {
  readonly connection: string;
  readonly root: string;
  readonly tree: StateStore;
  stop(): Promise<void>;
}

function swap(args: readonly string[], flag: string, value: string): string[] {
  return args.map((arg) => (arg.startsWith(`--${flag}=`) ? `--${flag}=${value}` : arg));
}

function topologyRuns(fixture: () => Promise<Fixture>): void {
  let folder: string;
  let given: Fixture;
  let containers: Container[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "core-"));
    containers = [];
    given = await fixture();
    await given.tree.put(`topologies/${topology}`, toBinary(TopologySchema, definition));
  });
  afterEach(async () => {
    await Promise.all(containers.map((container) => container.stop("SIGKILL")));
    await given.tree.close();
    await given.stop();
    rmSync(folder, { recursive: true });
  });

  async function start(number: number): Promise<Container> {
    const own = join(folder, `${number}-${containers.length}`);
    mkdirSync(own);
    const container = await Container.start(number, own, recordedArguments(given.connection, given.root));
    containers.push(container);
    return container;
  }

  const writePlan = (plan: PackingPlan): Promise<void> =>
    given.tree.put(`packingplans/${topology}`, toBinary(PackingPlanSchema, plan));

  async function location(): Promise<TManagerLocation | undefined> {
    const bytes = await given.tree.get(`tmanagers/${topology}`);
    return bytes === undefined ? undefined : fromBinary(TManagerLocationSchema, bytes);
  }

  async function physicalPlan(): Promise<PhysicalPlan | undefined> {
    const bytes = await given.tree.get(`pplans/${topology}`);
    return bytes === undefined ? undefined : fromBinary(PhysicalPlanSchema, bytes);
  }

  async function whole(): Promise<Container[]> {
    await writePlan(recordedPlan());
    const all = await Promise.all([0, 1, 2].map(start));
    await eventually(
      "there is a physical plan",
      async () => (await physicalPlan()) !== undefined,
      () => all.map(({ output }) => output).join("\n"),
    );
    return all;
  }

  const ask = (container: Container, what: string): Promise<{ status: number; body: string }> =>
    container.get("tmanager-controller-port", `/${what}?topologyid=${definition.id}`);

  const isHealthy = (container: Container): Promise<boolean> =>
    container.get("shell-port", "/health").then(
      ({ body }) => body === "ok",
      () => false,
    );

  it("a container is healthy only once it has read the packing plan, and says what it hosts", async () => {
    const container = await start(1);
    await container.printing(/waiting for the packing plan/);
    assert.equal(await isHealthy(container), false);
    await writePlan({ ...recordedPlan(), id: "another topology's" });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(await isHealthy(container), false);
    await writePlan(recordedPlan());
    await eventually("it is healthy", () => isHealthy(container));
    await container.printing(/container 1: hosts 3 instances: word_1, consumer_3, consumer_5/);
  });

  it("container 0 registers as the TManager, and takes that back when it is told to end", async () => {
    const [manager] = await whole();
    const { host, controllerPort, serverPort, statsPort, topologyId } = (await location())!;
    assert.deepEqual(
      [host, controllerPort, serverPort, statsPort, topologyId],
      [
        "127.0.0.1",
        manager!.ports["tmanager-controller-port"],
        manager!.ports["server-port"],
        manager!.ports["tmanager-stats-port"],
        definition.id,
      ],
    );
    assert.equal(await manager!.stop("SIGTERM"), 0);
    assert.equal(await location(), undefined);
  });

  it("the physical plan says where all instances of the packing plan run, once all containers are there", async () => {
    await writePlan(recordedPlan());
    const manager = await start(0);
    const first = await start(1);
    await first.printing(/registered with the TManager at 127\.0\.0\.1/);
    assert.equal(await physicalPlan(), undefined);
    assert.equal((await ask(manager, "deactivate")).status, 500);
    const second = await start(2);
    await eventually("there is a physical plan", async () => (await physicalPlan()) !== undefined);
    const plan = (await physicalPlan())!;
    assert.deepEqual(
      plan.stmgrs.map(({ id, dataPort, shellPort, pid }) => [id, dataPort, shellPort, pid]),
      [
        ["stmgr-1", first.ports["server-port"], first.ports["shell-port"], first.pid],
        ["stmgr-2", second.ports["server-port"], second.ports["shell-port"], second.pid],
      ],
    );
    const expected = recordedPlan().containerPlans.flatMap(({ id, instancePlans }) =>
      instancePlans.map(({ componentName, taskId }) => [`container_${id}_${componentName}_${taskId}`, `stmgr-${id}`]),
    );
    assert.deepEqual(
      plan.instances.map(({ instanceId, stmgrId }) => [instanceId, stmgrId]),
      expected,
    );
    assert.equal(plan.topology?.state, TopologyState.RUNNING);
  });

  it("activate and deactivate switch the state in the physical plan, and are refused as Heron refuses them", async () => {
    const [manager] = await whole();
    assert.equal((await ask(manager!, "activate")).status, 400, "it is active");
    assert.deepEqual(await ask(manager!, "deactivate"), { status: 200, body: "Topology successfully deactivated" });
    assert.equal((await physicalPlan())?.topology?.state, TopologyState.PAUSED);
    assert.equal((await ask(manager!, "deactivate")).status, 400, "it is not active");
    assert.deepEqual(await ask(manager!, "activate"), { status: 200, body: "Topology successfully activated" });
    assert.equal((await physicalPlan())?.topology?.state, TopologyState.RUNNING);
    const port = "tmanager-controller-port";
    assert.equal((await manager!.get(port, "/deactivate?topologyid=other")).status, 400);
    assert.equal((await manager!.get(port, "/deactivate")).status, 400);
    assert.equal((await manager!.get(port, "/elsewhere")).status, 404);
  });

  it("a topology that is submitted deactivated starts so", async () => {
    await given.tree.put(
      `topologies/${topology}`,
      toBinary(TopologySchema, { ...definition, state: TopologyState.PAUSED }),
    );
    await whole();
    assert.equal((await physicalPlan())?.topology?.state, TopologyState.PAUSED);
  });

  it("a TManager that is killed and started again finds the containers, and the topology in the state it was in", async () => {
    const [manager] = await whole();
    await ask(manager!, "deactivate");
    await manager!.stop("SIGKILL");
    const successor = await start(0);
    await successor.printing(/all containers are here: 5 instances, topology PAUSED/);
    assert.equal((await location())?.controllerPort, successor.ports["tmanager-controller-port"]);
    assert.deepEqual(await ask(successor, "activate"), { status: 200, body: "Topology successfully activated" });
  });

  it("a container that is started again is found at its new place", async () => {
    const [, first] = await whole();
    await first!.stop("SIGKILL");
    const again = await start(1);
    await eventually("the plan names the new place", async () =>
      ((await physicalPlan())?.stmgrs ?? []).some(({ dataPort }) => dataPort === again.ports["server-port"]),
    );
  });

  it("another packing plan takes effect in running containers: a new physical plan with the containers that it names", async () => {
    await whole();
    const plan = recordedPlan();
    const third = { ...plan.containerPlans[1]!, id: 3 };
    await writePlan({ ...plan, containerPlans: [...plan.containerPlans, third] });
    await eventually("the old plan is gone", async () => (await physicalPlan()) === undefined);
    const added = await start(3);
    await eventually("three containers are in the plan", async () => (await physicalPlan())?.stmgrs.length === 3);
    await added.printing(/hosts 2 instances/);
    await writePlan(plan);
    await eventually("two containers are in the plan", async () => (await physicalPlan())?.stmgrs.length === 2);
    await added.printing(/not in the packing plan: nothing to host/);
  });

  it("a container leaves when its shell is asked to, as Aurora and `heron restart` do", async () => {
    const [manager] = await whole();
    assert.equal((await manager!.get("shell-port", "/quitquitquit")).status, 405);
    assert.deepEqual(await manager!.get("shell-port", "/quitquitquit", { method: "POST" }), { status: 200, body: "" });
    assert.equal(await manager!.exited(), 0);
    assert.equal(await location(), undefined);
  });
}
