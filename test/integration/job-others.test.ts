import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { AuroraError } from "../../components/aurora/errors";
import type { TaskStatus } from "../../components/aurora/task-status";
import { openStateTree } from "../../components/heron/state";
import { updateOf } from "../../components/job/defaults";
import { auroraJob } from "../../components/job/lifecycle";
import { type AuroraJobProperties, inputsOf } from "../../components/job/registration";
import { plannedContainers } from "../../components/job/planned";
import { metadataNames } from "../../components/aurora/thermos";
import { ownMark } from "../../components/job/target";
import { updateSettings } from "../../components/job/update";
import { destroyedByAnotherRun, JobLife, recordedBy } from "../support/job-life";

describe("a job that others work on too", () => {
  let life: JobLife;

  afterEach(() => life.end());

  /** A record would change what the next run does, and not what its preview says: that goes by the inputs before. */
  const refusedUnrecorded = (work: Promise<unknown>, reason: RegExp) =>
    assert.rejects(work, (error: Error) => {
      assert.match(error.message, reason);
      assert.ok(!("properties" in error), "nothing is recorded");
      return true;
    });

  const ids = async () => (await life.tasks()).map(({ taskId }) => taskId);

  it("that is scaled outside does not get back a container that is just being removed", async () => {
    life = await JobLife.begin(2_000);
    const job = await life.declared({ scaling: "outside" });
    await auroraJob.create(job);
    await life.environment.aurora.killTasks(life.environment.job, [2], "heron update scales in");
    const news = await life.declared({ scaling: "outside", contact: "ada@example.org" });
    await auroraJob.update(job.jobKey, job, news);
    assert.deepEqual(await life.instances(), [0, 1]);
  }).timeout(60_000);

  it("that is scaled outside gets back what an update of ours was replacing when newer documents came in between", async () => {
    life = await JobLife.begin(1_000);
    const job = await life.declared({ scaling: "outside" });
    await auroraJob.create(job);
    life.through(() => ({ updateDetails: () => Promise.reject(new Error("the run is cut off")) }));
    await assert.rejects(
      auroraJob.update(job.jobKey, job, await life.declared({ scaling: "outside", contact: "ada@example.org" })),
    );
    assert.ok((await life.tasks()).some(({ status }) => status === "KILLING"));
    life.directly();
    const news = await life.declared({ scaling: "outside", contact: "bob@example.org" });
    await auroraJob.update(job.jobKey, job, news);
    assert.deepEqual(await life.instances(), [0, 1, 2]);
  }).timeout(60_000);

  it("is another stack's also while all of its containers are being replaced, and its update is not touched", async () => {
    life = await JobLife.begin(1_500);
    const own = await life.declared({}, {}, "user/a");
    await auroraJob.create(own);
    const whole = await life.declared(
      { contact: "ada@example.org", update: { watchSeconds: 0, batchSize: 3 } },
      {},
      "user/a",
    );
    const foreign = await life.declared({ contact: "bob@example.org" }, {}, "user/b");
    const rolling = auroraJob.update(own.jobKey, own, whole);
    while ((await life.tasks()).some(({ status }) => status !== "KILLING")) await sleep(5);
    await assert.rejects(auroraJob.create(foreign), /belongs to the stack 'user\/a'\. Nothing was touched/);
    await rolling;
    assert.equal((await life.latest()).status, "ROLLED_FORWARD");
  }).timeout(60_000);

  it("is another stack's also when it is killed and submitted again while we wait for its end", async () => {
    life = await JobLife.begin(1_500);
    const own = await life.declared({}, {}, "user/a");
    await auroraJob.create(own);
    const { jobConfiguration } = await life.payloadOf(own);
    const foreign = await life.declared({ contact: "bob@example.org" }, {}, "user/b");
    await life.environment.aurora.killTasks(life.environment.job, "all", "to be submitted again");
    const waiting = auroraJob.create(foreign);
    const again = { ...jobConfiguration, instanceCount: 3 };
    while (
      await life.environment.aurora.createJob(again).then(
        () => false,
        () => true,
      )
    )
      await sleep(5);
    await assert.rejects(waiting, /belongs to the stack 'user\/a'\. Nothing was touched/);
    assert.equal((await life.tasks()).length, 3);
  }).timeout(60_000);

  it("is followed through an update that is as large as the job while all of its containers are being ended", async () => {
    life = await JobLife.begin(3_000);
    const job = await life.declared();
    await auroraJob.create(job);
    const whole = { contact: "ada@example.org", update: { watchSeconds: 0, batchSize: 3 } };
    // Shorter than the update takes as a whole.
    const news = await life.declared({ ...whole, timeouts: { create: 30, update: 30, delete: 5 } });
    const payload = await life.payloadOf(news);
    const cut = new Error("the run is cut off");
    life.through(() => ({ updateDetails: () => Promise.reject(cut) }));
    await assert.rejects(auroraJob.update(job.jobKey, job, news));
    assert.ok((await life.tasks()).every(({ status }) => status === "KILLING"));
    life.directly();
    const calls = life.environment.sandbox.requests().length;
    await auroraJob.update(job.jobKey, job, news);
    assert.equal((await life.latest()).status, "ROLLED_FORWARD");
    assert.deepEqual(life.environment.writes(calls), []);
    assert.equal((await life.tasks()).length, payload.jobConfiguration.instanceCount);
  }).timeout(60_000);

  it("is killed for good while an update that has ended all of its containers is paused", async () => {
    life = await JobLife.begin(600);
    const job = await life.declared();
    await auroraJob.create(job);
    const news = await life.declared({ contact: "ada@example.org", update: { watchSeconds: 0, batchSize: 3 } });
    const pausing = life.pauseOnceUpdating();
    await assert.rejects(auroraJob.update(job.jobKey, job, news), /is paused\. Resume or abort it/);
    await pausing;
    while ((await life.tasks()).length > 0) await sleep(20);
    assert.equal((await life.latest()).status, "ROLL_FORWARD_PAUSED");
    const calls = life.environment.sandbox.requests().length;
    await destroyedByAnotherRun(news);
    assert.deepEqual(life.environment.writes(calls), ["abortJobUpdate"]);
    assert.equal((await life.latest()).status, "ABORTED");
    assert.equal(await life.digest(), undefined);
  });

  it("has the packing plan put back that was there, not the one last deployed, when the scheduler rolls back", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    await life.scaleOutByOthers();
    const news = await life.declared({ contact: "ada@example.org", update: { watchSeconds: 2 } });
    const seen = await life.refreshed(job);
    const undoing = life.rollBackOnceUpdating();
    await assert.rejects(auroraJob.update(job.jobKey, seen, news), /ended ROLLED_BACK/);
    await undoing;
    assert.deepEqual(await life.containers(), { running: [0, 1, 2, 3], planned: [1, 2, 3] });
  }).timeout(60_000);

  it("keeps the containers that others have added until a preview has said that they go", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    await life.scaleOutByOthers();
    for (const change of [{ timeouts: { create: 31 } }, { contact: "ada@example.org" }, { restart: "now" }]) {
      const news = await life.declared(change);
      await refusedUnrecorded(
        auroraJob.update(job.jobKey, job, news),
        /container 3, which nobody has recorded.*--refresh/s,
      );
      assert.deepEqual(await life.containers(), { running: [0, 1, 2, 3], planned: [1, 2, 3] });
    }
    const seen = await life.refreshed(job);
    assert.equal((await auroraJob.check(seen, job)).inputs.change, "scale in 4 → 3 containers");
    await auroraJob.update(job.jobKey, seen, job);
    assert.deepEqual(await life.containers(), { running: [0, 1, 2], planned: [1, 2] });
  }).timeout(60_000);

  it("and was killed by hand is not submitted again by a change whose preview did not say so, but by the next", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    await life.environment.aurora.killTasks(life.environment.job, "all", "INC-42");
    while ((await life.instances()).length > 0) await sleep(20);
    const calls = life.environment.sandbox.requests().length;
    for (const change of [
      { timeouts: { create: 31 } },
      { contact: "ada@example.org" },
      { containerNumber: 3 },
      { restart: "now" },
      { restartContainers: { trigger: "once", containers: [1] } },
      { state: "deactivated" },
    ]) {
      const news = await life.declared(change);
      const reason = /is gone from the scheduler.*not submitted again.*'pulumi refresh': the next preview/s;
      await refusedUnrecorded(auroraJob.update(job.jobKey, job, news), reason);
    }
    assert.deepEqual(life.environment.writes(calls), []);
    const seen = await life.refreshed(job);
    assert.equal((await auroraJob.check(seen, job)).inputs.change, "submit 3 containers");
    await auroraJob.update(job.jobKey, seen, job);
    assert.deepEqual(await life.instances(), [0, 1, 2]);
  }).timeout(60_000);

  it("has the container back that others have taken away from the midst of it, as one refresh says and a second one says again", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    await life.environment.aurora.killTasks(life.environment.job, [1], "by hand");
    while ((await life.instances()).includes(1)) await sleep(20);
    const [first, last] = await ids();
    const seen = await life.refreshed(job);
    assert.deepEqual(await life.refreshed(seen), seen);
    assert.equal((await auroraJob.check(seen, job)).inputs.change, "bring back container 1");
    await auroraJob.update(job.jobKey, seen, job);
    assert.deepEqual(await life.instances(), [0, 1, 2]);
    const now = await ids();
    assert.deepEqual([now[0], now[2]], [first, last]);
  }).timeout(60_000);

  it("has the container back that an aborted update was replacing, also where the documents say again what runs", async () => {
    life = await JobLife.begin(1_000);
    const job = await life.declared();
    await auroraJob.create(job);
    const news = await life.declared({ contact: "ada@example.org", update: { watchSeconds: 0 } });
    const aborting = life.onceUpdating(async (id) => {
      while ((await life.tasks()).every(({ status }) => status !== "KILLING")) await sleep(5);
      await life.environment.aurora.abortUpdate({ job: life.environment.job, id }, "by hand");
      while ((await life.tasks()).length === 3) await sleep(5);
    });
    const recorded = await recordedBy(auroraJob.update(job.jobKey, job, news), /ended ABORTED/);
    await aborting;
    assert.deepEqual(Object.values(inputsOf(recorded).trouble ?? {}), ["gone, while one of a higher number runs"]);
    await auroraJob.update(job.jobKey, recorded, job);
    assert.deepEqual(await life.instances(), [0, 1, 2]);
  }).timeout(60_000);

  it("has the container back that others have taken away, and loses the one that they have added, once a preview has said so", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    for (const others of [[2], [1, 2]]) {
      await life.environment.aurora.addInstances(life.environment.job, 0, 1);
      await life.environment.aurora.killTasks(life.environment.job, others, "by hand");
      while ((await life.instances()).some((instance) => others.includes(instance))) await sleep(20);
      const before = await life.tasks();
      const seen = await life.refreshed(job);
      assert.deepEqual(await life.refreshed(seen), seen);
      assert.equal(auroraJob.diff(job.jobKey, seen, job).changes, true);
      const change = `scale in 4 → 3 containers; bring back container ${others.join(", ")}`;
      assert.equal((await auroraJob.check(seen, job)).inputs.change, change);
      await auroraJob.update(job.jobKey, seen, job);
      assert.deepEqual(await life.containers(), { running: [0, 1, 2], planned: [1, 2] });
      const kept = 3 - others.length;
      assert.deepEqual((await life.tasks()).slice(0, kept), before.slice(0, kept));
    }
    assert.equal(auroraJob.diff(job.jobKey, await life.refreshed(job), job).changes, false);
  }).timeout(60_000);

  it("that is scaled outside takes its packing plan along to another state tree", async () => {
    life = await JobLife.begin();
    const job = await life.declared({ scaling: "outside" });
    await auroraJob.create(job);
    await life.scaleOutByOthers();
    const root = life.environment.project.path("other-tree");
    const news = await life.declared({ scaling: "outside" }, { state: { local: { root } } });
    await auroraJob.update(job.jobKey, job, news);
    const { plan } = await (await openStateTree({ local: { root } })).nodes("WordCount");
    assert.deepEqual([...((await plannedContainers(plan ?? Buffer.from(""))) ?? [])].sort(), [0, 1, 2, 3]);
    assert.deepEqual(await life.instances(), [0, 1, 2, 3]);
    assert.deepEqual((await (await life.tree()).nodes("WordCount")).plan, undefined);
  }).timeout(60_000);

  it("that is scaled outside is seen to lack its packing plan, and not given one that leaves containers out", async () => {
    life = await JobLife.begin();
    const job = await life.declared({ scaling: "outside" });
    await auroraJob.create(job);
    const tree = await life.tree();
    const { plan } = await tree.nodes("WordCount");
    await life.scaleOutByOthers();
    await tree.restore({ ...(await tree.nodes("WordCount")), plan: undefined });
    const seen = await life.refreshed(job);
    assert.equal(auroraJob.diff(job.jobKey, seen, job).changes, true);
    await assert.rejects(auroraJob.update(job.jobKey, seen, job), /packing plan of .* is gone .*Nothing was touched/s);
    assert.deepEqual(await life.instances(), [0, 1, 2, 3]);
    await life.environment.aurora.killTasks(life.environment.job, [3], "scaled in");
    while ((await life.instances()).length > 3) await sleep(20);
    await auroraJob.update(job.jobKey, seen, job);
    assert.deepEqual((await tree.nodes("WordCount")).plan, plan);
  }).timeout(60_000);

  it("has its old topology put back with the plan that others made, also where the new one was written twice", async () => {
    life = await JobLife.begin();
    const job = await life.declared({ scaling: "outside" });
    await auroraJob.create(job);
    await life.scaleOutByOthers();
    const before = await (await life.tree()).nodes("WordCount");
    const changed = { scaling: "outside", config: { "topology.team.name": "other" }, update: { watchSeconds: 2 } };
    const news = await life.declared(changed);
    let isLost = false;
    life.through((client) => ({
      startUpdate: (...args) => {
        if (isLost) return client.startUpdate(...args);
        isLost = true;
        return Promise.reject(new AuroraError("no proper answer came", { kind: "unsure" }));
      },
    }));
    const undoing = life.rollBackOnceUpdating();
    await assert.rejects(auroraJob.update(job.jobKey, job, news), /ended ROLLED_BACK/);
    await undoing;
    const after = await (await life.tree()).nodes("WordCount");
    assert.deepEqual([after.topology, after.plan], [before.topology, before.plan]);
  }).timeout(60_000);

  it("whose update a person has paused is not resumed, though the update pauses by itself after each batch too", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    const news = await life.declared({
      contact: "ada@example.org",
      update: { watchSeconds: 2, pauseAfterBatch: true },
    });
    const pausing = life.pauseOnceUpdating();
    await assert.rejects(auroraJob.update(job.jobKey, job, news), /is paused\. Resume or abort it/);
    await pausing;
    const calls = life.environment.sandbox.requests().length;
    for (const pauseAfterBatch of [true, false]) {
      const again = await life.declared({ contact: "ada@example.org", update: { watchSeconds: 2, pauseAfterBatch } });
      await assert.rejects(auroraJob.update(job.jobKey, job, again), /is paused\. Resume or abort it/);
    }
    assert.deepEqual(life.environment.writes(calls), []);
    await life.environment.aurora.abortUpdate({ job: life.environment.job, id: (await life.latest()).id }, "by hand");
  });

  it("that is adopted restarts the containers that run something else, and no others", async () => {
    life = await JobLife.begin();
    const job = await life.declared({ adopt: true });
    const { jobConfiguration } = await life.payloadOf(job);
    const { taskConfig } = jobConfiguration;
    const plain = {
      ...taskConfig,
      metadata: taskConfig.metadata.filter(({ key }) => !key.startsWith("heron-aurora/")),
    };
    await life.environment.aurora.createJob({ ...jobConfiguration, instanceCount: 3, taskConfig: plain });
    const settings = updateSettings({ ...updateOf({}), watchSeconds: 0 }, [2]);
    const config = { ...plain, contactEmail: "other@example.org" };
    await life.environment.aurora.startUpdate({ config, instanceCount: 3, settings }, "by hand");
    while ((await life.latest()).status !== "ROLLED_FORWARD") await sleep(20);
    const [zero, one] = await ids();
    await auroraJob.create(job);
    assert.deepEqual((await ids()).slice(0, 2), [zero, one]);
    assert.equal(
      (await life.tasks())[2]?.metadata.some(({ key }) => key.startsWith("heron-aurora/")),
      true,
    );
  });

  it("that is adopted is given the tier of the documents, also where that is all that they say otherwise, then or later", async () => {
    life = await JobLife.begin();
    await life.environment.aurora.setQuota("heron", { numCpus: 100, ramMb: 1_000_000, diskMb: 1_000_000 });
    const adopted = (more: object = {}) => life.declared({ adopt: true, ...more });
    const tiers = async () => {
      const tasks = await life.environment.aurora.tasks(life.environment.job, { active: true, withConfig: true });
      return [...new Set(tasks.map(({ config }) => config?.tier))];
    };
    const { jobConfiguration } = await life.payloadOf(await adopted());
    const { taskConfig } = jobConfiguration;
    const metadata = taskConfig.metadata.filter(({ key }) => !key.startsWith("heron-aurora/"));
    const byOthers = { ...jobConfiguration, instanceCount: 3, taskConfig: { ...taskConfig, metadata } };
    await life.environment.aurora.createJob(byOthers);
    const { outs } = await auroraJob.create(await adopted());
    await auroraJob.update(outs.jobKey, outs, await adopted({ tier: "preferred" }));
    assert.deepEqual(await tiers(), ["preferred"]);
    await destroyedByAnotherRun(outs);
    await life.environment.aurora.createJob(byOthers);
    await auroraJob.create(await adopted({ tier: "preferred" }));
    assert.deepEqual(await tiers(), ["preferred"]);
  }).timeout(60_000);

  for (const owner of [undefined, "user/a"]) {
    it(`that is adopted from ${owner ?? "nobody"} is known to be taken over also where that is paused at once`, async () => {
      life = await JobLife.begin(300);
      const job = await life.declared({ adopt: true, update: { watchSeconds: 2 } });
      if (owner === undefined) {
        const { jobConfiguration } = await life.payloadOf(job);
        const taskConfig = { ...jobConfiguration.taskConfig, metadata: [], contactEmail: "other@example.org" };
        await life.environment.aurora.createJob({ ...jobConfiguration, instanceCount: 3, taskConfig });
      } else await auroraJob.create(await life.declared({}, {}, owner));
      const pausing = life.pauseOnceUpdating();
      const recorded = await recordedBy(auroraJob.create(job), /is paused\. Resume or abort it/);
      await pausing;
      assert.equal(inputsOf(recorded).taking, true);
      await assert.rejects(auroraJob.update(job.jobKey, recorded, job), /is paused\. Resume or abort it/);
      assert.equal((await life.latest()).status, "ROLL_FORWARD_PAUSED");
      await life.environment.aurora.resumeUpdate(
        { job: life.environment.job, id: (await life.latest()).id },
        "go on: INC-42",
      );
      const { outs } = await auroraJob.update(job.jobKey, recorded, job);
      assert.equal(inputsOf(outs).taking, undefined);
      const owners = (await life.tasks()).map((task) => ownMark(task, metadataNames.owner));
      assert.deepEqual(owners, ["user/test", "user/test", "user/test"]);
    }).timeout(60_000);
  }

  it("that was submitted, as there was none to adopt, is recorded also where the scheduler is gone in the next moment", async () => {
    life = await JobLife.begin();
    let isUp = false;
    life.through((client) => ({
      tasks: async (...args) => {
        if (isUp) throw new AuroraError("nobody answers", { kind: "unreachable" });
        const tasks = await client.tasks(...args);
        isUp = tasks.length === 3 && tasks.every(({ status }) => status === "RUNNING");
        return tasks;
      },
    }));
    const job = await life.declared({ adopt: true });
    const recorded = await recordedBy(auroraJob.create(job), /nobody answers/);
    life.directly();
    const before = (await life.tasks()).map(({ taskId }) => taskId);
    await auroraJob.update(job.jobKey, recorded, job);
    assert.deepEqual(
      (await life.tasks()).map(({ taskId }) => taskId),
      before,
    );
  }).timeout(60_000);

  it("whose change is through is recorded as changed also where the scheduler is gone before all is known of it", async () => {
    life = await JobLife.begin();
    const job = await life.declared({}, {}, "user/before");
    await auroraJob.create(job);
    const news = await life.declared({ contact: "ada@example.org" }, {}, "user/after");
    let isThrough = false;
    life.through((client) => ({
      tasks: async (...args) => {
        if (isThrough) throw new AuroraError("nobody answers", { kind: "unreachable" });
        const tasks = await client.tasks(...args);
        const isNew = (task: TaskStatus) => ownMark(task, metadataNames.task) === inputsOf(news).taskHash;
        isThrough = tasks.every((task) => task.status === "RUNNING" && isNew(task));
        return tasks;
      },
    }));
    const recorded = await recordedBy(auroraJob.update(job.jobKey, job, news), /nobody answers/);
    life.directly();
    const { inputs } = await auroraJob.check(recorded, job);
    await auroraJob.update(job.jobKey, recorded, inputs);
    const hashes = (await life.tasks()).map((task) => ownMark(task, metadataNames.task));
    assert.deepEqual([...new Set(hashes)], [inputsOf(job).taskHash]);
  }).timeout(60_000);

  for (const [words, adopted] of [
    ["was adopted as it was", true],
    ["carries the former name of its stack", false],
  ] as const) {
    it(`that ${words} restarts nothing but the containers that a change had got at, when the change is taken back`, async () => {
      life = await JobLife.begin();
      const topology = adopted ? { adopt: true } : {};
      const job = await life.declared(topology, {}, "user/old");
      let kept = job;
      if (adopted) {
        const { jobConfiguration } = await life.payloadOf(job);
        const { taskConfig } = jobConfiguration;
        const metadata = taskConfig.metadata.filter(({ key }) => !key.startsWith("heron-aurora/"));
        await life.environment.aurora.createJob({
          ...jobConfiguration,
          instanceCount: 3,
          taskConfig: { ...taskConfig, metadata },
        });
      }
      ({ outs: kept } = await auroraJob.create(job));
      const owner = adopted ? "user/old" : "user/new";
      ({ outs: kept } = await auroraJob.update(job.jobKey, kept, await life.declared(topology, {}, owner)));
      const paused = { ...topology, contact: "ada@example.org", update: { watchSeconds: 0, pauseAfterBatch: true } };
      const begun = auroraJob.update(job.jobKey, kept, await life.declared(paused, {}, owner));
      await assert.rejects(begun, (error: Error & { properties?: AuroraJobProperties }) => {
        assert.match(error.message, /paused after a batch/);
        kept = error.properties ?? kept;
        return true;
      });
      const before = await ids();
      await auroraJob.update(job.jobKey, kept, await life.declared(topology, {}, owner));
      const after = await ids();
      assert.deepEqual(after.slice(1), before.slice(1));
      assert.notEqual(after[0], before[0]);
    });
  }

  it("is the stack's own also where it was renamed and a change of the same run stands in the middle", async () => {
    life = await JobLife.begin();
    const job = await life.declared({}, {}, "user/before");
    await auroraJob.create(job);
    const change = { contact: "ada@example.org", update: { watchSeconds: 0, pauseAfterBatch: true } };
    const news = await life.declared(change, {}, "user/after");
    const recorded = await recordedBy(auroraJob.update(job.jobKey, job, news), /is paused after a batch/);
    const { inputs } = await auroraJob.check(recorded, news);
    assert.equal(inputs.change, "rolling restart of 3 containers, 1 at a time (contact)");
    await destroyedByAnotherRun(recorded);
    assert.deepEqual(await life.instances(), []);
  }).timeout(60_000);

  it("is not rolled back to what is recorded by a change whose preview did not say so, until it has been looked at", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    const { jobConfiguration } = await life.payloadOf(job);
    const config = { ...jobConfiguration.taskConfig, contactEmail: "oncall@example.org", metadata: [] };
    const settings = updateSettings({ ...updateOf({}), watchSeconds: 0 });
    await life.environment.aurora.startUpdate({ config, instanceCount: 3, settings }, "by hand");
    while ((await life.latest()).status !== "ROLLED_FORWARD") await sleep(20);
    const theirs = await life.tasks();
    const news = await life.declared({ timeouts: { create: 31, update: 30, delete: 8 } });
    assert.equal((await auroraJob.check(job, news)).inputs.change, "settings recorded");
    await refusedUnrecorded(
      auroraJob.update(job.jobKey, job, news),
      /given container 0, 1, 2 of .* another task .* Nothing was touched/,
    );
    assert.deepEqual(await life.tasks(), theirs);
    const seen = await life.refreshed(job);
    assert.match((await auroraJob.check(seen, news)).inputs.change ?? "", /^rolling restart of 3 containers/);
    await auroraJob.update(job.jobKey, seen, news);
    assert.ok((await life.tasks()).every(({ taskId }) => theirs.every((task) => task.taskId !== taskId)));
  }).timeout(60_000);

  it("restarts a listed container also where what else is changed restarts only others", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    const { jobConfiguration } = await life.payloadOf(job);
    const config = { ...jobConfiguration.taskConfig, contactEmail: "oncall@example.org", metadata: [] };
    const settings = updateSettings({ ...updateOf({}), watchSeconds: 0 }, [2]);
    await life.environment.aurora.startUpdate({ config, instanceCount: 3, settings }, "by hand");
    while ((await life.latest()).status !== "ROLLED_FORWARD") await sleep(20);
    const seen = await life.refreshed(job);
    const before = (await life.tasks()).map(({ taskId }) => taskId);
    const news = await life.declared({ restartContainers: { trigger: "once", containers: [1] } });
    await auroraJob.update(job.jobKey, seen, news);
    const isStaying = (await life.tasks()).map(({ taskId }) => before.includes(taskId));
    assert.deepEqual(isStaying, [true, false, false]);
  }).timeout(60_000);

  it("is not adopted where that would take away more containers than the documents allow", async () => {
    life = await JobLife.begin();
    await auroraJob.create(await life.declared({ containerNumber: 4 }));
    const job = await life.declared({ adopt: true, update: { maxContainers: 1 } });
    const { failures } = await auroraJob.check({}, job);
    assert.match(
      failures[0]?.reason ?? "",
      /scaling it to 3 containers.*touches 2 containers .*maxContainers allows 1/,
    );
  }).timeout(60_000);

  it("keeps its state tree when another stack submits the same job in that moment and is refused", async () => {
    life = await JobLife.begin();
    const [first, second] = [await life.declared({}, {}, "user/a"), await life.declared({}, {}, "user/b")];
    let other: Promise<unknown> | undefined;
    life.through((client) => ({
      createJob: async (job) => {
        if (other === undefined) await (other = auroraJob.create(first));
        return client.createJob(job);
      },
    }));
    await assert.rejects(auroraJob.create(second), /belongs to the stack 'user\/a'\. Nothing was touched/);
    assert.equal(await life.digest(), inputsOf(first).treeHash);
    assert.equal((await life.tasks()).length, 3);
  });
});
