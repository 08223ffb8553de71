import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../components/errors";
import { openStateTree, StateTree } from "../../components/heron/state";
import { type Connections, connections } from "../../components/job/connections";
import { auroraJob } from "../../components/job/lifecycle";
import { type AuroraJobProperties, inputsOf } from "../../components/job/registration";
import { eraseLeftTree } from "../../components/job/tree-erasure";
import { connectThrough, worldOf } from "../../components/job/worlds";
import { destroyedByAnotherRun, JobLife, recordedBy } from "../support/job-life";
import { LocalEnvironment } from "../support/local-environment";
import { SchedulerProxy } from "../support/scheduler-proxy";
import { MemoryStore } from "../unit/heron/state/stores";

describe("a job whose state tree is named by another address", () => {
  let life: JobLife;

  afterEach(() => life.end());

  it("keeps its state tree where the documents only name it by another address", async () => {
    life = await JobLife.begin();
    const folder = mkdtempSync(join(tmpdir(), "heron-link-"));
    try {
      const job = await life.declared();
      await auroraJob.create(job);
      symlinkSync(life.environment.stateRoot, join(folder, "state"));
      const news = await life.declared({}, { state: { local: { root: join(folder, "state") } } });
      await auroraJob.update(job.jobKey, job, news);
      assert.equal(await life.digest(), inputsOf(news).treeHash);
      assert.deepEqual(await (await life.tree()).topologies(), ["WordCount"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("moves to another state tree also where the old one cannot be opened any more", async () => {
    life = await JobLife.begin();
    const gone = { local: { root: life.environment.project.path("Pulumi.yaml", "state") } };
    const job = await life.declared();
    await auroraJob.create(job);
    const { job: text } = await life.declared({}, { state: gone });
    const news = await life.declared();
    await auroraJob.update(job.jobKey, { ...job, job: text }, news);
    assert.equal(await life.digest(), inputsOf(news).treeHash);
  });

  it("waits once for an old one that cannot be opened any more, of which lock and nodes are asked for", async () => {
    life = await JobLife.begin();
    const folder = mkdtempSync(join(tmpdir(), "heron-left-"));
    try {
      const left = join(folder, "state");
      const job = await life.declared({}, { state: { local: { root: left } } });
      await auroraJob.create(job);
      const news = await life.declared();
      const real = connections(new Map());
      let tries = 0;
      connectThrough({
        aurora: (...args) => real.aurora(...args),
        stateTree: (cluster, args) => {
          if (args.local?.root !== left) return real.stateTree(cluster, args);
          tries += 1;
          return Promise.reject(new UserError("ZooKeeper gave no session within 10 s."));
        },
      });
      await auroraJob.update(job.jobKey, job, news);
      assert.equal(await life.digest(), inputsOf(news).treeHash);
      assert.equal(tries, 1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  describe("while the old one is there still,", () => {
    const before = { local: { root: "/before" } };
    let old: MemoryStore;
    let job: AuroraJobProperties;
    let news: AuroraJobProperties;

    beforeEach(async () => {
      life = await JobLife.begin();
      old = new MemoryStore(new Map([["topologies/WordCount", Buffer.from("of before")]]));
      const { job: text } = await life.declared({}, { state: before });
      news = await life.declared();
      await auroraJob.create(news);
      job = { ...news, job: text };
      const real = connections(new Map());
      const stateTree: Connections["stateTree"] = (cluster, args) =>
        args.local?.root === before.local.root ? Promise.resolve(new StateTree(old)) : real.stateTree(cluster, args);
      connectThrough({ aurora: (...args) => real.aurora(...args), stateTree });
    });

    it("leaves nothing in it", async () => {
      await auroraJob.update(job.jobKey, job, news);
      assert.deepEqual([...old.nodes.keys()], []);
    });

    for (const call of ["list", "get", "delete"] as const) {
      it(`moves all the same where that fails at a ${call}, and warns of what is left`, async () => {
        old[call] = (): Promise<never> => Promise.reject(new UserError("No access."));
        await auroraJob.update(job.jobKey, job, news);
        assert.equal(await life.digest(), inputsOf(news).treeHash);
        const told: string[] = [];
        const warn = (message: string) => Promise.resolve(void told.push(message));
        const world = { ...(await worldOf(inputsOf(news))), warn };
        await eraseLeftTree({ stateTree: before }, inputsOf(news), world);
        assert.match(
          told.join("\n"),
          /^The state tree that WordCount had before cannot be cleaned.*: No access\. .* 'WordCount' in it\.$/,
        );
        assert.deepEqual([...old.nodes.keys()], ["topologies/WordCount"]);
      });
    }
  });
});

describe("a job whose move does not come to its end", () => {
  let life: JobLife;

  afterEach(() => life.end());

  const moved = () => ({ state: { local: { root: `${life.environment.stateRoot}-other` } } });
  const topologies = async () => {
    const other = await openStateTree(moved().state);
    return [...(await (await life.tree()).topologies()), ...(await other.topologies())];
  };

  it("is known by the scheduler that it was submitted to, though it does not come up there", async () => {
    life = await JobLife.begin();
    const delays = { assigned: 5, starting: 60_000, killing: 20 };
    const other = await LocalEnvironment.start({ tasks: { delays } });
    try {
      const job = await life.declared();
      await auroraJob.create(job);
      await life.environment.aurora.killTasks(life.environment.job, "all");
      while ((await life.instances()).length > 0) await sleep(20);
      const news = await life.declared({ timeouts: { create: 1 } }, { scheduler: { url: other.url } });
      const recorded = await recordedBy(auroraJob.update(job.jobKey, job, news), /was not RUNNING within 1 s/);
      await assert.rejects(auroraJob.update(job.jobKey, recorded, job), /runs on the scheduler .* named before/);
      assert.deepEqual(await life.instances(), []);
      await destroyedByAnotherRun(recorded);
      assert.deepEqual(await other.aurora.tasks(other.job, { active: true }), []);
      assert.deepEqual(await (await life.tree()).topologies(), []);
    } finally {
      await other.dispose();
    }
  }).timeout(60_000);

  it("leaves nothing in the other state tree once an update that was rolled back is taken back", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    const news = await life.declared({ update: { watchSeconds: 2 } }, moved());
    const undoing = life.rollBackOnceUpdating();
    const recorded = await recordedBy(auroraJob.update(job.jobKey, job, news), /ended ROLLED_BACK/);
    await undoing;
    // A refresh in between finds all as it was.
    const { props } = (await auroraJob.read(job.jobKey, recorded)) as { readonly props: AuroraJobProperties };
    assert.ok(auroraJob.diff(job.jobKey, props, job).changes);
    await auroraJob.update(job.jobKey, props, job);
    assert.deepEqual(await topologies(), ["WordCount"]);
    assert.equal(await life.digest(), inputsOf(job).treeHash);
  }).timeout(60_000);

  it("leaves nothing in either state tree when it is destroyed in the middle", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    const news = await life.declared({ update: { watchSeconds: 0, pauseAfterBatch: true } }, moved());
    const recorded = await recordedBy(auroraJob.update(job.jobKey, job, news), /is paused after a batch/);
    assert.deepEqual(await topologies(), ["WordCount", "WordCount"]);
    await destroyedByAnotherRun(recorded);
    assert.deepEqual(await topologies(), []);
    assert.deepEqual(await life.instances(), []);
  }).timeout(60_000);
});

describe("a job behind a proxy", () => {
  let life: JobLife;
  let proxy: SchedulerProxy;

  afterEach(async () => {
    await proxy.close();
    await life.end();
  });

  it("gets a container once, where a proxy answers for a scheduler that it has asked", async () => {
    life = await JobLife.begin();
    let failing: string | undefined;
    proxy = await SchedulerProxy.open(life.environment.url, ({ method }) => {
      if (method !== failing) return undefined;
      failing = undefined;
      return "after";
    });
    const job = await life.declared({}, { scheduler: { url: proxy.url } });
    await auroraJob.create(job);
    failing = "addInstances";
    await auroraJob.update(
      job.jobKey,
      job,
      await life.declared({ containerNumber: 3 }, { scheduler: { url: proxy.url } }),
    );
    assert.equal(failing, undefined);
    assert.deepEqual(await life.instances(), [0, 1, 2, 3]);
  });

  describe("and whose documents name another scheduler, which has no such job", () => {
    const user = { username: "ada", password: "canary" };
    let other: LocalEnvironment;
    let state: "well" | "leaderless" | "locked" | "elsewhere";
    let told: (string | undefined)[];
    let job: AuroraJobProperties;
    let news: AuroraJobProperties;

    beforeEach(async () => {
      life = await JobLife.begin();
      other = await LocalEnvironment.start();
      [state, told] = ["well", []];
      proxy = await SchedulerProxy.open(life.environment.url, ({ authorization }) => {
        told.push(authorization);
        if (state === "locked") return authorization === undefined ? "locked" : undefined;
        return state === "well" ? undefined : state;
      });
      job = await life.declared({}, { scheduler: { url: proxy.url } });
      await auroraJob.create(job);
      connectThrough(connections(new Map([["sandbox", user]])));
      news = await life.declared({}, { scheduler: { url: other.url } });
      told.length = 0;
    });
    afterEach(() => other.dispose());

    const running = async () => (await other.aurora.tasks(life.environment.job, { active: true })).length;

    it("is not submitted there while it runs on the first, which is not told the user and password of the other", async () => {
      await assert.rejects(
        auroraJob.update(job.jobKey, job, news),
        /runs on the scheduler that the documents named before/,
      );
      assert.deepEqual(told, [undefined]);
      assert.equal(await running(), 0);
    });

    it("is not submitted there while the first lets nobody look without a password", async () => {
      state = "locked";
      await assert.rejects(
        auroraJob.update(job.jobKey, job, news),
        /runs on the scheduler that the documents named before/,
      );
      assert.equal(told.length, 2);
      assert.equal(await running(), 0);
    });

    it("is not submitted there while the first does not say whether it runs", async () => {
      state = "leaderless";
      const words =
        /may still run on the scheduler .*What the old one answers: .*no leader \(HTTP 503\).*'pulumi up' again when it answers/;
      await assert.rejects(auroraJob.update(job.jobKey, job, news), words);
      assert.equal(await running(), 0);
    }).timeout(60_000);

    it("is not submitted there while the first names a leader at which nobody listens", async () => {
      state = "elsewhere";
      const words =
        /may still run on the scheduler .*127\.0\.0\.1:1 cannot be reached.*'pulumi up' again when it answers/;
      await assert.rejects(auroraJob.update(job.jobKey, job, news), words);
      assert.equal(await running(), 0);
    }).timeout(60_000);

    it("is submitted there once nobody listens at the first any more", async () => {
      await proxy.close();
      await auroraJob.update(job.jobKey, job, news);
      assert.equal(await running(), 3);
    }).timeout(60_000);
  });
});
