import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { AuroraClient } from "../../components/aurora/client";
import { AuroraError } from "../../components/aurora/errors";
import { metadataNames } from "../../components/aurora/thermos/metadata";
import { auroraJob } from "../../components/job/lifecycle";
import { type AuroraJobProperties, inputsOf } from "../../components/job/registration";
import { treeOf } from "../../components/job/payload";
import { ownMark } from "../../components/job/target";
import { leftReplacing } from "../../components/job/update";
import { destroyedByAnotherRun, JobLife, recordedBy } from "../support/job-life";

/** A call whose first answer is lost, and which lands in the moment in which it is made again. */
function landingLate<Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>): typeof call {
  let late: (() => Promise<Answer>) | undefined;
  return async (...args) => {
    if (late === undefined) {
      late = () => call(...args);
      throw new AuroraError("no proper answer came", { kind: "unsure" });
    }
    await late();
    return call(...args);
  };
}

describe("a job whose change was cut off", () => {
  let life: JobLife;

  afterEach(() => life.end());

  const cut = () => Promise.reject(new Error("the run is cut off"));

  it("has the packing plan put back that runs, not the one of a change that never began, when a later one rolls back", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    life.through(() => ({ startUpdate: cut }));
    const never = await life.declared({ containerNumber: 3, contact: "ada@example.org" });
    await assert.rejects(auroraJob.update(job.jobKey, job, never));
    assert.deepEqual((await life.containers()).planned, [1, 2, 3]);
    life.directly();
    const news = await life.declared({ contact: "bob@example.org", update: { watchSeconds: 2 } });
    const undoing = life.rollBackOnceUpdating();
    await assert.rejects(auroraJob.update(job.jobKey, job, news), /ended ROLLED_BACK/);
    await undoing;
    assert.deepEqual(await life.containers(), { running: [0, 1, 2], planned: [1, 2] });
  }).timeout(60_000);

  it("has the plan put back that others made also when the answer was lost that said that its update began", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    await life.scaleOutByOthers();
    life.through((client) => ({
      startUpdate: async (...args) => {
        await client.startUpdate(...args);
        throw new AuroraError("no proper answer came", { kind: "unsure" });
      },
    }));
    const news = await life.declared({ contact: "bob@example.org", update: { watchSeconds: 4 } });
    const seen = await life.refreshed(job);
    const undoing = life.rollBackOnceUpdating(1_500);
    await assert.rejects(auroraJob.update(job.jobKey, seen, news), /ended ROLLED_BACK/);
    await undoing;
    assert.deepEqual(await life.containers(), { running: [0, 1, 2, 3], planned: [1, 2, 3] });
  }).timeout(60_000);

  it("has the new plan written only once the containers run that it names, also where an earlier run has added them", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    life.through((client) => ({
      tasks: async (...args) =>
        (await client.tasks(...args)).map((task) => (task.instanceId === 3 ? { ...task, status: "PENDING" } : task)),
    }));
    const news = await life.declared({ containerNumber: 3, timeouts: { create: 1, update: 1, delete: 8 } });
    const recorded = await recordedBy(auroraJob.update(job.jobKey, job, news), /was not RUNNING within 1 s/);
    await assert.rejects(auroraJob.update(job.jobKey, recorded, news), /was not RUNNING within 1 s/);
    assert.deepEqual(await life.containers(), { running: [0, 1, 2, 3], planned: [1, 2] });
    life.directly();
    await auroraJob.update(job.jobKey, recorded, news);
    assert.deepEqual(await life.containers(), { running: [0, 1, 2, 3], planned: [1, 2, 3] });
  }).timeout(60_000);

  it("has its plan written, whatever is in that node's place, before it waits for containers that are on their way", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    const tree = await life.tree();
    await tree.restore({ ...(await tree.nodes("WordCount")), plan: Buffer.from("no packing plan") });
    life.through((client) => ({
      tasks: async (...args) => {
        const isPlanned = (await life.digest()) === inputsOf(job).treeHash;
        const tasks = await client.tasks(...args);
        return isPlanned ? tasks : tasks.map((task) => ({ ...task, status: "PENDING" }));
      },
    }));
    await auroraJob.update(job.jobKey, job, await life.declared({ timeouts: { create: 5, update: 2, delete: 8 } }));
    assert.equal(await life.digest(), inputsOf(job).treeHash);
  }).timeout(60_000);

  it("gives up a container that does not come up, when it is taken back, before it waits for one that lacks its room", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    const pending = [3];
    life.through((client) => ({
      tasks: async (...args) => {
        const tasks = await client.tasks(...args);
        const held = tasks.some(({ instanceId }) => instanceId === 3) ? pending : [];
        return tasks.map((task) => (held.includes(task.instanceId) ? { ...task, status: "PENDING" } : task));
      },
    }));
    const limits = { timeouts: { create: 1, update: 1, delete: 8 } };
    const more = await life.declared({ containerNumber: 3, ...limits });
    const recorded = await recordedBy(auroraJob.update(job.jobKey, job, more), /was not RUNNING within 1 s/);
    pending.push(2);
    await auroraJob.update(job.jobKey, recorded, await life.declared(limits));
    assert.deepEqual(await life.containers(), { running: [0, 1, 2], planned: [1, 2] });
  }).timeout(60_000);

  it("is followed to its end where its call lands late, in the moment in which it is made again", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    life.through((client) => ({
      startUpdate: landingLate((...args: Parameters<typeof client.startUpdate>) => client.startUpdate(...args)),
    }));
    const news = await life.declared({ containerNumber: 3, contact: "ada@example.org" });
    await auroraJob.update(job.jobKey, job, news);
    assert.deepEqual(await life.containers(), { running: [0, 1, 2, 3], planned: [1, 2, 3] });
    assert.equal((await life.latest()).status, "ROLLED_FORWARD");
  }).timeout(60_000);

  it("has no container too many where the call that adds one lands late, in the moment in which it is made again", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    life.through((client) => ({
      addInstances: landingLate((...args: Parameters<typeof client.addInstances>) => client.addInstances(...args)),
    }));
    await auroraJob.update(job.jobKey, job, await life.declared({ containerNumber: 3 }));
    assert.deepEqual(await life.containers(), { running: [0, 1, 2, 3], planned: [1, 2, 3] });
  }).timeout(60_000);

  it("leaves no nodes behind where the first answer to its submission was lost and the second refuses it", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    const answers = [
      new AuroraError("no proper answer came", { kind: "unsure" }),
      new AuroraError("Insufficient resource quota", { kind: "overQuota" }),
    ];
    life.through(() => ({ createJob: () => Promise.reject(answers.shift() ?? new Error("asked too often")) }));
    await assert.rejects(auroraJob.create(job), /Insufficient resource quota/);
    assert.deepEqual(await (await life.tree()).topologies(), []);
  }).timeout(60_000);

  it("is submitted by the next run where nobody can tell whether the first submission landed, also with other settings", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    const { inputs } = await auroraJob.check({}, job);
    life.through(() => ({
      createJob: () => Promise.reject(new AuroraError("no proper answer came", { kind: "unsure" })),
    }));
    const recorded = await recordedBy(auroraJob.create(inputs), /no proper answer came/);
    life.directly();
    assert.equal((await auroraJob.check(inputs, job)).inputs.change, "submit 3 containers");
    await auroraJob.update(job.jobKey, recorded, await life.declared({ timeouts: { create: 31 } }));
    assert.deepEqual(await life.instances(), [0, 1, 2]);
  }).timeout(60_000);

  it("and that somebody has killed meanwhile is not submitted by the next run, whose preview tells of the change alone", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    life.through((client) => ({
      startUpdate: async () => {
        await client.killTasks(life.environment.job, "all", "INC-42");
        while ((await life.instances()).length > 0) await sleep(20);
        throw new AuroraError("down", { kind: "unreachable" });
      },
    }));
    const news = await life.declared({ contact: "ada@example.org" });
    const recorded = await auroraJob.update(job.jobKey, job, news).then(
      () => assert.fail("it does not fail"),
      (error: unknown) => (error as { readonly properties?: AuroraJobProperties }).properties ?? job,
    );
    life.directly();
    await assert.rejects(auroraJob.update(job.jobKey, recorded, news), /is gone from the scheduler/);
    assert.deepEqual(await life.instances(), []);
  }).timeout(60_000);

  it("is submitted again where an update of its own has ended all of its containers, also when it grows in the same change", async () => {
    life = await JobLife.begin(1500);
    const job = await life.declared();
    await auroraJob.create(job);
    const atOnce = { update: { watchSeconds: 0, batchSize: 3 } };
    life.through(() => ({ updateDetails: cut }));
    const never = await life.declared({ ...atOnce, contact: "ada@example.org" });
    await assert.rejects(auroraJob.update(job.jobKey, job, never), /cut off/);
    life.directly();
    const news = await life.declared({ ...atOnce, contact: "bob@example.org", containerNumber: 4 });
    await auroraJob.update(job.jobKey, job, news);
    assert.deepEqual(await life.containers(), { running: [0, 1, 2, 3, 4], planned: [1, 2, 3, 4] });
  }).timeout(60_000);

  it("is submitted again so where others had scaled it in, whom its size is left to", async () => {
    life = await JobLife.begin(1500);
    const declared = (contact: string) =>
      life.declared({ scaling: "outside", contact, update: { watchSeconds: 0, batchSize: 3 } });
    const job = await declared("eve@example.org");
    await auroraJob.create(job);
    await life.environment.aurora.killTasks(life.environment.job, [2], "heron update");
    while ((await life.instances()).length > 2) await sleep(20);
    const { packingPlan } = await life.payloadOf(await life.declared({ containerNumber: 1 }));
    const tree = await life.tree();
    await tree.restore({ ...(await tree.nodes("WordCount")), plan: Buffer.from(packingPlan, "base64") });
    life.through(() => ({ updateDetails: cut }));
    await assert.rejects(auroraJob.update(job.jobKey, job, await declared("ada@example.org")), /cut off/);
    life.directly();
    await auroraJob.update(job.jobKey, job, await declared("bob@example.org"));
    assert.ok((await life.instances()).length > 0);
  }).timeout(60_000);

  it("is recorded as in the middle where the next run follows it and loses the scheduler: documents taken back find a change", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    const slow = { update: { watchSeconds: 2 } };
    const news = await life.declared({ ...slow, contact: "ada@example.org" });
    life.through(() => ({ updateDetails: cut }));
    await assert.rejects(auroraJob.update(job.jobKey, job, news), /cut off/);
    let isFollowed = false;
    const gone = () => Promise.reject(new AuroraError("nobody answers", { kind: "unreachable" }));
    life.through((client) => ({
      tasks: (...args) => (isFollowed ? gone() : client.tasks(...args)),
      updateDetails: async (...args) => {
        if (isFollowed) return gone();
        isFollowed = true;
        return client.updateDetails(...args);
      },
    }));
    const recorded = await recordedBy(auroraJob.update(job.jobKey, job, news), /nobody answers/);
    life.directly();
    await auroraJob.update(job.jobKey, recorded, job);
    const hashes = (await life.tasks()).map((task) => ownMark(task, metadataNames.task));
    assert.deepEqual([...new Set(hashes)], [inputsOf(job).taskHash]);
  }).timeout(60_000);

  it("is looked at again where the next run waits for the containers that it has added and loses the scheduler, whatever the documents say then", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    const news = await life.declared({ containerNumber: 3 });
    life.through((client) => ({
      addInstances: async (...args) => {
        await client.addInstances(...args);
        return cut();
      },
    }));
    await assert.rejects(auroraJob.update(job.jobKey, job, news), /cut off/);
    let isComing = true;
    life.through((client) => ({
      tasks: async (...args) => {
        if (!isComing) throw new AuroraError("nobody answers", { kind: "unreachable" });
        const tasks = await client.tasks(...args);
        return tasks.map((task) => (task.instanceId === 3 ? { ...task, status: "PENDING" } : task));
      },
    }));
    setTimeout(() => (isComing = false), 1_500);
    const recorded = await recordedBy(auroraJob.update(job.jobKey, job, news), /nobody answers/);
    life.directly();
    await assert.rejects(auroraJob.update(job.jobKey, recorded, job), /runs container 3, which nobody has recorded/);
  }).timeout(60_000);

  it("is recorded where the next run finds what it has submitted and loses the scheduler: no orphan, whatever the documents say then", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    life.through((client) => ({
      createJob: async (...args) => {
        await client.createJob(...args);
        return cut();
      },
    }));
    await assert.rejects(auroraJob.create(job), /cut off/);
    let looks = 0;
    life.through((client) => ({
      tasks: (...args) =>
        ++looks > 1
          ? Promise.reject(new AuroraError("nobody answers", { kind: "unreachable" }))
          : client.tasks(...args),
    }));
    const recorded = await recordedBy(auroraJob.create(job), /nobody answers/);
    life.directly();
    await destroyedByAnotherRun(recorded);
    assert.deepEqual(await life.instances(), []);
  }).timeout(60_000);

  it("is scaled in as its preview says where its submission landed and nobody could see it", async () => {
    life = await JobLife.begin();
    const { inputs } = await auroraJob.check({}, await life.declared({ containerNumber: 3 }));
    let landed = false;
    const unseen = () => Promise.reject(new AuroraError("nobody answers", { kind: "unreachable" }));
    life.through((client) => ({
      createJob: async (...args) => {
        await client.createJob(...args);
        landed = true;
      },
      tasks: (...args) => (landed ? unseen() : client.tasks(...args)),
    }));
    const recorded = await recordedBy(auroraJob.create(inputs), /nobody answers/);
    life.directly();
    const news = await life.declared({ contact: "ada@example.org" });
    assert.match((await auroraJob.check(inputs, news)).inputs.change ?? "", /scale in 4 → 3 containers/);
    await auroraJob.update(news.jobKey, recorded, news);
    assert.deepEqual(await life.containers(), { running: [0, 1, 2], planned: [1, 2] });
  }).timeout(60_000);

  it("leaves no nodes behind where it was cut off before its submission, which the next run sees refused", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    const never = () => new Promise<void>(() => undefined);
    life.through(() => ({ createJob: never }));
    void auroraJob.create(job);
    while ((await life.digest()) !== inputsOf(job).treeHash) await sleep(20);
    const refused = new AuroraError("Insufficient resource quota", { kind: "overQuota" });
    life.through(() => ({ createJob: () => Promise.reject(refused) }));
    await assert.rejects(auroraJob.create(job), /Insufficient resource quota/);
    assert.deepEqual(await (await life.tree()).topologies(), []);
  }).timeout(60_000);

  it("leaves the nodes of another submission where they were, whose job is gone, where its own is refused", async () => {
    life = await JobLife.begin();
    const tree = await life.tree();
    const job = await life.declared();
    const planned = treeOf(await life.payloadOf(job));
    const executionState = { ...planned.executionState, topologyId: "WordCount-by-hand", submissionTime: 1 };
    await tree.submit({ ...planned, executionState });
    const before = await life.digest();
    const refused = new AuroraError("Insufficient resource quota", { kind: "overQuota" });
    life.through(() => ({ createJob: () => Promise.reject(refused) }));
    await assert.rejects(auroraJob.create(job), /Insufficient resource quota/);
    assert.equal(await life.digest(), before);
  }).timeout(60_000);

  it("restarts each listed container once, also where a later one, or what comes after them, fails", async () => {
    life = await JobLife.begin();
    const job = await life.declared();
    await auroraJob.create(job);
    let calls = 0;
    life.through((client) => ({
      restartInstances: (...args) =>
        ++calls === 2
          ? Promise.reject(new AuroraError("down", { kind: "unreachable" }))
          : client.restartInstances(...args),
    }));
    const listed = { restartContainers: { containers: [1, 2], trigger: "INC-42" } };
    const atFirst = await life.tasks();
    const news = await life.declared(listed);
    let recorded = await recordedBy(auroraJob.update(job.jobKey, job, news), /down/);
    const { inputs } = await auroraJob.check(recorded, news);
    assert.equal(inputs.change, "restart of container 2");
    // No TManager of a simulated task takes it.
    const further = await life.declared({ ...listed, runtimeConfig: { "a.b": "c" } });
    recorded = await recordedBy(auroraJob.update(job.jobKey, recorded, further), /has not registered/);
    const inTheEnd = await life.tasks();
    assert.deepEqual(
      inTheEnd.map(({ taskId }, container) => taskId !== atFirst[container]?.taskId),
      [false, true, true],
    );
    await auroraJob.update(job.jobKey, recorded, news);
    assert.deepEqual(await life.tasks(), inTheEnd);
  }).timeout(60_000);

  describe("and that is scaled outside", () => {
    const outside = (contact: string) => life.declared({ scaling: "outside", contact });

    /** A job of which an update was aborted while it was replacing a container. */
    const halfReplaced = async () => {
      life = await JobLife.begin(1_000);
      const job = await life.declared({ scaling: "outside" });
      await auroraJob.create(job);
      life.through(() => ({ updateDetails: cut }));
      await assert.rejects(auroraJob.update(job.jobKey, job, await outside("ada@example.org")));
      life.through(() => ({ startUpdate: cut }));
      await assert.rejects(auroraJob.update(job.jobKey, job, await outside("bob@example.org")));
      life.directly();
      assert.equal((await life.latest()).status, "ABORTED");
      assert.equal((await life.instances()).length, 2);
      return job;
    };

    /** Also through the next change, once others have removed that container. */
    const staysWithout2 = async (job: AuroraJobProperties) => {
      await life.environment.aurora.killTasks(life.environment.job, [2], "heron update scales in");
      await auroraJob.update(job.jobKey, job, await outside("eve@example.org"));
      assert.deepEqual(await life.instances(), [0, 1]);
    };

    it("gets back the container that an update was replacing, and not once more when others have removed it since", async () => {
      const job = await halfReplaced();
      const news = await outside("bob@example.org");
      await auroraJob.update(job.jobKey, job, news);
      assert.deepEqual(await life.instances(), [0, 1, 2]);
      await staysWithout2(news);
    }).timeout(60_000);

    it("is not missed where the packing plan no longer names it: others have scaled it away since", async () => {
      await halfReplaced();
      const tree = await life.tree();
      const { aurora, job: key } = life.environment;
      const replacing = [1, 2].map((instanceId) => ({
        instanceId,
        action: "INSTANCE_UPDATING" as const,
        timestamp: 1,
      }));
      const cutAt2: AuroraClient = {
        ...aurora,
        updateDetails: async (update) => ({
          ...(await aurora.updateDetails(update)),
          instanceEvents: replacing,
          instancesBefore: [1, 2],
        }),
      };
      assert.deepEqual(await leftReplacing({ aurora: cutAt2, tree }, key), [1, 2]);
      const { packingPlan } = await life.payloadOf(await life.declared({ containerNumber: 1 }));
      await tree.restore({ ...(await tree.nodes("WordCount")), plan: Buffer.from(packingPlan, "base64") });
      assert.deepEqual(await leftReplacing({ aurora: cutAt2, tree }, key), [1]);
    }).timeout(60_000);

    it("gets it back, by an update of its own, also where the documents say again what runs, after a refresh", async () => {
      const job = await halfReplaced();
      const { props } = await auroraJob.read(job.jobKey, job);
      assert.ok(props);
      const gone = "gone: the update that was replacing it was aborted";
      const [missing] = Object.entries(inputsOf(props).trouble ?? {});
      assert.equal(missing?.[1], gone);
      assert.equal(auroraJob.diff(job.jobKey, props, job).changes, true);
      const { inputs } = await auroraJob.check(props, job);
      assert.equal(inputs.change, `bring back container ${missing[0]}`);
      await auroraJob.update(job.jobKey, props, job);
      assert.deepEqual(await life.instances(), [0, 1, 2]);
      await staysWithout2(job);
    }).timeout(60_000);
  });

  describe("and whose update, as large as the job, is paused when all of its containers have ended", () => {
    /** Of the stack `user/b`, which has taken the job over from `user/a`. */
    const paused = async () => {
      life = await JobLife.begin(300);
      const old = await life.declared({}, {}, "user/a");
      await auroraJob.create(old);
      const taken = await life.declared({ adopt: true }, {}, "user/b");
      await auroraJob.create(taken);
      const whole = { adopt: true, contact: "ada@example.org", update: { watchSeconds: 0, batchSize: 3 } };
      const pausing = life.pauseOnceUpdating();
      const news = await life.declared(whole, {}, "user/b");
      await assert.rejects(auroraJob.update(taken.jobKey, taken, news), /is paused/);
      await pausing;
      while ((await life.tasks()).length > 0) await sleep(20);
      return { old, digest: await life.digest(), schedulers: await (await life.tree()).read("WordCount") };
    };

    it("is not killed by the stack that had it before, whose update it is not", async () => {
      const { old, digest } = await paused();
      await assert.rejects(destroyedByAnotherRun(old), /belongs to the stack 'user\/b' by now/);
      assert.equal((await life.latest()).status, "ROLL_FORWARD_PAUSED");
      assert.equal(await life.digest(), digest);
    }).timeout(60_000);

    it("is killed with its update also where heron has submitted it", async () => {
      await paused();
      const byHeron = await life.declared({ class: "org.example.WordCount" }, { submitter: "heron-cli" }, "user/b");
      await destroyedByAnotherRun(byHeron);
      assert.equal((await life.latest()).status, "ABORTED");
      assert.deepEqual(await life.tasks(), []);
      assert.equal(await life.digest(), undefined);
    }).timeout(60_000);

    it("is not submitted again by a stack that declares its key, whose state tree it leaves alone", async () => {
      const { schedulers: before } = await paused();
      const foreign = await life.declared({ contact: "eve@example.org" }, {}, "user/c");
      await assert.rejects(auroraJob.create(foreign), /belongs to the stack 'user\/b'\. Nothing was touched/);
      assert.equal((await life.latest()).status, "ROLL_FORWARD_PAUSED");
      assert.deepEqual(await (await life.tree()).read("WordCount"), before);
    }).timeout(60_000);
  });
});
