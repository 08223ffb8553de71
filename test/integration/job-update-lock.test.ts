import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AuroraClient } from "../../components/aurora/client";
import { openStateTree, type StateTree } from "../../components/heron/state";
import { connections } from "../../components/job/connections";
import { auroraJob } from "../../components/job/lifecycle";
import { type AuroraJobProperties, inputsOf } from "../../components/job/registration";
import { connectThrough } from "../../components/job/worlds";
import { openSession, type ZooKeeperSession } from "../../components/zookeeper/session";
import { destroyedByAnotherRun, JobLife, recordedBy } from "../support/job-life";
import { startTimeoutMs, startZooKeeper, type ZooKeeperServer } from "../support/zookeeper";

describe("a job whose packing plan Heron's own update may change too", () => {
  let life: JobLife;
  let job: AuroraJobProperties;
  /** How often the lock was asked for. */
  let asked: number;

  beforeEach(async () => {
    life = await JobLife.begin();
    job = await life.declared();
    await auroraJob.create(job);
    asked = 0;
    impatient();
  });
  afterEach(() => life.end());

  /** From now on another's lock is waited for a moment only, unless it takes longer. */
  function impatient(patienceMs = 100, other: (aurora: AuroraClient) => Partial<AuroraClient> = () => ({})) {
    const real = connections(new Map());
    const trees = new Map<StateTree, StateTree>();
    connectThrough({
      aurora: (...args) => {
        const client = real.aurora(...args);
        return { ...client, ...other(client) };
      },
      stateTree: async (...args) => {
        const tree = await real.stateTree(...args);
        const lockUpdates: StateTree["lockUpdates"] = (topology, owner, options) => {
          asked++;
          return tree.lockUpdates(topology, owner, { ...options, patienceMs });
        };
        const watched = trees.get(tree) ?? Object.assign(Object.create(tree) as StateTree, { lockUpdates });
        trees.set(tree, watched);
        return watched;
      },
    });
  }

  const lockIn = (root: string) => join(root, "locks", "WordCount__updateTopology");
  const lock = () => lockIn(life.environment.stateRoot);
  const nothingHeld = (root = life.environment.stateRoot) => {
    const folder = join(root, "locks");
    assert.deepEqual(existsSync(folder) ? readdirSync(folder) : [], []);
  };
  const changes: readonly (readonly [what: string, change: object])[] = [
    ["is scaled out", { containerNumber: 3 }],
    ["is scaled in", { containerNumber: 1 }],
    ["gets another packing plan of as many containers", { parallelism: { words: 1 } }],
    ["is rolled", { contact: "ada@example.org" }],
  ];

  for (const [what, change] of changes) {
    it(`${what} only once Heron's update has ended; until then nothing is touched or recorded`, async () => {
      const news = await life.declared(change);
      writeFileSync(lock(), "main");
      const [digest, calls] = [await life.digest(), life.environment.sandbox.requests().length];
      await assert.rejects(auroraJob.update(job.jobKey, job, news), (error: Error) => {
        assert.match(error.message, /^The packing plan of 'WordCount' is being changed by somebody else: /);
        assert.ok(error.message.includes(lock()));
        assert.ok(!("properties" in error), "nothing is recorded");
        return true;
      });
      assert.equal(await life.digest(), digest);
      assert.deepEqual(life.environment.writes(calls), []);
      assert.equal(readFileSync(lock(), "utf8"), "main");
      unlinkSync(lock());
      await auroraJob.update(job.jobKey, job, news);
      nothingHeld();
    }).timeout(30_000);
  }

  it("is not recorded as Heron's update has it in the middle", async () => {
    const news = await life.declared({ contact: "ada@example.org" });
    writeFileSync(lock(), "main");
    await life.environment.aurora.addInstances(life.environment.job, 0, 1);
    await assert.rejects(auroraJob.update(job.jobKey, job, news), (error: Error) => {
      assert.match(error.message, /is being changed by somebody else/);
      assert.ok(!("properties" in error), "nothing is recorded");
      return true;
    });
  });

  it("has an update that a run which was cut off began left as it is while Heron holds the lock", async () => {
    impatient(100, () => ({ updateDetails: () => Promise.reject(new Error("the run is cut off")) }));
    const slow = { contact: "ada@example.org", update: { watchSeconds: 2 } };
    await assert.rejects(auroraJob.update(job.jobKey, job, await life.declared(slow)), /cut off/);
    impatient();
    writeFileSync(lock(), "main");
    const { id, status } = await life.latest();
    assert.equal(status, "ROLLING_FORWARD");
    const calls = life.environment.sandbox.requests().length;
    const other = await life.declared({ contact: "bob@example.org", update: { watchSeconds: 0 } });
    await assert.rejects(auroraJob.update(job.jobKey, job, other), /is being changed by somebody else/);
    assert.deepEqual(life.environment.writes(calls), []);
    unlinkSync(lock());
    await auroraJob.update(job.jobKey, job, other);
    assert.notEqual((await life.latest()).id, id);
    nothingHeld();
  }).timeout(30_000);

  it("gets no packing plan that names new containers where somebody else has changed it while they came up", async () => {
    const news = await life.declared({ containerNumber: 3 });
    impatient(100, (aurora) => ({
      addInstances: async (...args) => {
        await aurora.addInstances(...args);
        const tree = await life.tree();
        await tree.restore({ ...(await tree.nodes("WordCount")), plan: Buffer.from("another's") });
      },
    }));
    const recorded = await recordedBy(
      auroraJob.update(job.jobKey, job, news),
      /changed the packing plan .* in the middle/,
    );
    assert.equal(inputsOf(recorded).instances, 4);
    const plan = await (await life.tree()).plan("WordCount");
    assert.equal(Buffer.from(plan ?? []).toString(), "another's");
    nothingHeld();
  });

  it("asks for no lock to be submitted, looked at, or to have settings recorded", async () => {
    await life.refreshed(job);
    const news = await life.declared({ timeouts: { create: 31 }, update: { batchSize: 2 } });
    await auroraJob.check(job, news);
    await auroraJob.update(job.jobKey, job, news);
    await destroyedByAnotherRun(news);
    await auroraJob.create(news);
    assert.equal(asked, 0);
    nothingHeld();
  });

  it("is looked at again once Heron's update has ended that was waited for, so that what it did is not taken for missing", async () => {
    impatient(10_000);
    const news = await life.declared({ containerNumber: 4 });
    writeFileSync(lock(), "main");
    const updated = auroraJob.update(job.jobKey, job, news);
    while (asked === 0) await sleep(5);
    await life.scaleOutByOthers();
    unlinkSync(lock());
    await updated;
    assert.deepEqual(await life.containers(), { running: [0, 1, 2, 3, 4], planned: [1, 2, 3, 4] });
  }).timeout(30_000);

  it("is not rolled back into another packing plan than somebody else has made meanwhile", async () => {
    const news = await life.declared({ contact: "ada@example.org", update: { watchSeconds: 2 } });
    const undoing = life.onceUpdating(async (id) => {
      await sleep(300);
      const tree = await life.tree();
      const { plan } = await tree.nodes("WordCount");
      await tree.restore({
        ...(await tree.nodes("WordCount")),
        plan: Buffer.concat([plan ?? Buffer.alloc(0), Buffer.from([0x1a, 0])]),
      });
      await life.environment.aurora.rollbackUpdate({ job: life.environment.job, id }, "as a failing container would");
    });
    const changed = async () => Buffer.from((await (await life.tree()).plan("WordCount")) ?? []).toString("hex");
    await assert.rejects(auroraJob.update(job.jobKey, job, news), /ended ROLLED_BACK/);
    await undoing;
    assert.match(await changed(), /1a00$/);
    nothingHeld();
  }).timeout(30_000);

  it("is moved to another state tree only while nobody holds the lock of the old one", async () => {
    const root = `${life.environment.stateRoot}-other`;
    const news = await life.declared({}, { state: { local: { root } } });
    writeFileSync(lock(), "main");
    const calls = life.environment.sandbox.requests().length;
    await assert.rejects(auroraJob.update(job.jobKey, job, news), /is being changed by somebody else/);
    assert.deepEqual(life.environment.writes(calls), []);
    assert.deepEqual(await (await openStateTree({ local: { root } })).topologies(), []);
    nothingHeld(root);
    unlinkSync(lock());
    await auroraJob.update(job.jobKey, job, news);
    assert.deepEqual(await (await openStateTree({ local: { root } })).topologies(), ["WordCount"]);
    for (const each of [root, life.environment.stateRoot]) nothingHeld(each);
  }).timeout(30_000);

  it("leaves no lock of its own or of others when it is killed", async () => {
    writeFileSync(lock(), "main");
    await destroyedByAnotherRun(job);
    assert.equal(asked, 0);
    nothingHeld();
  });
});

describe("a job whose state tree is in ZooKeeper, where Heron's update lock can be held,", () => {
  let server: ZooKeeperServer;
  let session: ZooKeeperSession;
  let life: JobLife;
  let roots = 0;
  let root: string;

  before(async function () {
    this.timeout(startTimeoutMs);
    server = await startZooKeeper();
    session = await openSession(server.address);
  });
  after(async () => {
    await session.close();
    await server.stop();
  });
  beforeEach(async () => {
    life = await JobLife.begin();
    root = `/heron/job${roots++}`;
  });
  afterEach(() => life.end());

  const declared = (topology: object = {}, at = root) =>
    life.declared(topology, { state: { zookeeper: { servers: server.address, root: at } } });
  const locks = (at = root) => session.children(`${at}/locks`);
  const leases = async (at = root) => (await session.children(`${at}/locks/WordCount__updateTopology/leases`)) ?? [];

  it("holds it as long as it is changed, and at no other time", async () => {
    const held: Promise<number>[] = [];
    const looking =
      <Arguments extends unknown[], Answer>(call: (...args: Arguments) => Answer) =>
      (...args: Arguments): Answer => {
        held.push(leases().then(({ length }) => length));
        return call(...args);
      };
    life.through((aurora) => ({
      addInstances: looking(aurora.addInstances.bind(aurora)),
      killTasks: looking(aurora.killTasks.bind(aurora)),
      startUpdate: looking(aurora.startUpdate.bind(aurora)),
      updateDetails: looking(aurora.updateDetails.bind(aurora)),
    }));
    let job = await declared();
    await auroraJob.create(job);
    await life.refreshed(job);
    for (const topology of [
      { timeouts: { create: 31 } },
      { containerNumber: 3 },
      { containerNumber: 1 },
      { contact: "ada@example.org" },
    ]) {
      const news = await declared(topology);
      held.length = 0;
      await auroraJob.update(job.jobKey, job, news);
      assert.deepEqual(new Set(await Promise.all(held)), new Set("timeouts" in topology ? [] : [1]));
      assert.deepEqual(await leases(), []);
      if ("timeouts" in topology) assert.deepEqual(await locks(), [], "no node is made where nothing changes");
      job = news;
    }
    await destroyedByAnotherRun(job);
    assert.deepEqual(await locks(), []);
  }).timeout(60_000);

  it("is moved below another root while it holds that of both, and leaves neither", async () => {
    const job = await declared();
    await auroraJob.create(job);
    const there = `${root}-other`;
    const held: number[] = [];
    life.through((aurora) => ({
      startUpdate: async (...args) => {
        held.push((await leases()).length, (await leases(there)).length);
        return aurora.startUpdate(...args);
      },
    }));
    const news = await declared({}, there);
    await auroraJob.update(job.jobKey, job, news);
    assert.deepEqual(held, [1, 1]);
    assert.deepEqual([await locks(), await leases(there)], [[], []]);
    await destroyedByAnotherRun(news);
    assert.deepEqual(await locks(there), []);
  }).timeout(60_000);

  it("is moved to another address of the same tree, whose lock is its own", async () => {
    const job = await declared();
    await auroraJob.create(job);
    const state = { zookeeper: { servers: `${server.address},${server.address}`, root } };
    const news = await life.declared({}, { state });
    await auroraJob.update(job.jobKey, job, news);
    assert.deepEqual(await leases(), []);
    assert.equal(await session.exists(`${root}/packingplans/WordCount`), true);
  }).timeout(60_000);
});
