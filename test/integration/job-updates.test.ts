import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { AuroraError } from "../../components/aurora/errors";
import { metadataNames } from "../../components/aurora/thermos";
import { UserError } from "../../components/errors";
import { openStateTree } from "../../components/heron/state";
import { auroraJob } from "../../components/job/lifecycle";
import { type AuroraJobProperties, inputsOf } from "../../components/job/registration";
import { ownMark } from "../../components/job/target";
import { activeUpdate, updateSettings } from "../../components/job/update";
import { updateOf } from "../../components/job/defaults";
import { destroyedByAnotherRun, JobLife } from "../support/job-life";

describe("a job's update", () => {
  let life: JobLife;
  let job: AuroraJobProperties;

  beforeEach(async () => {
    life = await JobLife.begin();
    job = await life.declared({});
    await auroraJob.create(job);
  });
  afterEach(() => life.end());

  const hashes = async () => (await life.tasks()).map((task) => ownMark(task, metadataNames.task));
  const hashOf = (each: AuroraJobProperties) => inputsOf(each).taskHash;
  const writes = (since: number) => life.environment.writes(since);
  const update = async () =>
    (await activeUpdate(life.environment.aurora, life.environment.job)) ?? assert.fail("one is active");
  const treeOf = (root: string) => openStateTree({ local: { root } });

  /** Rejects with what a user is told, which the engine may have put its own record beside. */
  async function refused(work: Promise<unknown>, message: RegExp): Promise<void> {
    await assert.rejects(work, (error: Error) => {
      assert.match(error.message, message);
      assert.ok(error instanceof UserError || "properties" in error, error.stack);
      return true;
    });
  }

  it("that somebody else has under way is left to them, named, and nothing is done", async () => {
    const [task] = await life.environment.aurora.tasks(life.environment.job, { active: true, withConfig: true });
    const config = { ...(task?.config ?? assert.fail("it runs")), contactEmail: "them@example.org" };
    const settings = updateSettings({ ...updateOf({}), watchSeconds: 0, pauseAfterBatch: true });
    await life.environment.aurora.startUpdate({ config, instanceCount: 3, settings }, "by hand");
    const calls = life.environment.sandbox.requests().length;
    const news = await life.declared({ contact: "ada@example.org" });
    await refused(auroraJob.update(job.jobKey, job, news), /is in an update \(.*\) that this tool did not start/);
    assert.deepEqual(writes(calls), []);
    await life.environment.aurora.abortUpdate({ job: life.environment.job, id: (await update()).id }, "by hand");
  });

  it("that somebody has paused is told, and left paused", async () => {
    const news = await life.declared({ contact: "ada@example.org", update: { watchSeconds: 2 } });
    const pausing = life.onceUpdating((id) =>
      life.environment.aurora.pauseUpdate({ job: life.environment.job, id }, "by hand"),
    );
    await refused(auroraJob.update(job.jobKey, job, news), /is paused\. Resume or abort it/);
    await pausing;
    assert.equal((await update()).status, "ROLL_FORWARD_PAUSED");
  });

  it("that takes longer than it may is told and goes on; the next run follows it and begins none of its own", async () => {
    const slow = { contact: "ada@example.org", update: { watchSeconds: 2 } };
    const hasty = await life.declared({ ...slow, timeouts: { update: 1 } });
    await refused(auroraJob.update(job.jobKey, job, hasty), /was still ROLLING_FORWARD after 1 s.*'pulumi up' again/s);
    const calls = life.environment.sandbox.requests().length;
    const patient = await life.declared({ ...slow, timeouts: { update: 60 } });
    await auroraJob.update(job.jobKey, job, patient);
    assert.deepEqual(writes(calls), []);
    assert.deepEqual(await hashes(), [hashOf(patient), hashOf(patient), hashOf(patient)]);
  }).timeout(60_000);

  it("that takes longer than it may and needs heartbeats is not said to go on: without them the scheduler holds it", async () => {
    const update = { watchSeconds: 3, pulseSeconds: 1 };
    const hasty = await life.declared({ contact: "ada@example.org", update, timeouts: { update: 1 } });
    await refused(auroraJob.update(job.jobKey, job, hasty), /holds it once no heartbeat has come for 1 s/);
    while ((await life.latest()).status !== "ROLL_FORWARD_AWAITING_PULSE") await sleep(50);
  }).timeout(60_000);

  describe("that ends by itself in the moment in which it is to be aborted", () => {
    /** Recorded as not through; from now on the scheduler is asked to abort it when it is. */
    const ending = async () => {
      const slow = { contact: "ada@example.org", update: { watchSeconds: 2, batchSize: 3 } };
      const news = await life.declared({ ...slow, timeouts: { update: 1, create: 30, delete: 8 } });
      await refused(auroraJob.update(job.jobKey, job, news), /was still ROLLING_FORWARD/);
      life.through((client) => ({
        abortUpdate: async (key, message) => {
          while ((await client.updateDetails(key)).status === "ROLLING_FORWARD") await sleep(20);
          return client.abortUpdate(key, message);
        },
      }));
      return news;
    };

    it("is no hindrance to another one", async () => {
      const before = await ending();
      const news = await life.declared({ contact: "bob@example.org" });
      await auroraJob.update(job.jobKey, before, news);
      assert.deepEqual(await hashes(), [hashOf(news), hashOf(news), hashOf(news)]);
    }).timeout(60_000);

    it("is no hindrance to the job's end", async () => {
      const before = await ending();
      await destroyedByAnotherRun(before);
      assert.deepEqual(await life.tasks(), []);
    }).timeout(60_000);
  });

  it("whose abort is answered by nothing is looked at, and the job is killed all the same", async () => {
    const news = await life.declared({ contact: "ada@example.org", update: { pauseAfterBatch: true } });
    await refused(auroraJob.update(job.jobKey, job, news), /is paused after a batch/);
    life.through((client) => ({
      abortUpdate: async (key, message) => {
        await client.abortUpdate(key, message);
        throw new AuroraError("no proper answer came", { kind: "unsure" });
      },
    }));
    await destroyedByAnotherRun(news);
    assert.deepEqual(await life.tasks(), []);
  }).timeout(60_000);

  it("that somebody aborts in the middle is told, keeps the tree of what is new, and is completed by the next run", async () => {
    const news = await life.declared({ config: { "topology.debug": true }, update: { watchSeconds: 1 } });
    const aborting = life.onceUpdating(async (id) => {
      while ((await hashes())[0] !== hashOf(news)) await sleep(20);
      await life.environment.aurora.abortUpdate({ job: life.environment.job, id }, "by hand");
    });
    await refused(auroraJob.update(job.jobKey, job, news), /update ended ABORTED.*was not undone/s);
    await aborting;
    const tree = await treeOf(life.environment.stateRoot);
    assert.equal(await tree.digest("WordCount"), inputsOf(news).treeHash);
    assert.deepEqual((await hashes()).slice(1), [hashOf(job), hashOf(job)]);
    await auroraJob.update(job.jobKey, job, news);
    assert.deepEqual(await hashes(), [hashOf(news), hashOf(news), hashOf(news)]);
  }).timeout(60_000);

  it("that another run of the stack has put another in the place of does not take its state tree back", async () => {
    const watched = { containerNumber: 2, update: { watchSeconds: 1 } };
    const two = await life.declared({ ...watched, contact: "ada@example.org", parallelism: { count: 6 } });
    const three = await life.declared({ ...watched, contact: "bob@example.org", parallelism: { count: 5 } });
    const first = refused(
      auroraJob.update(job.jobKey, job, two),
      /ended ABORTED.*\nAnother run of this stack has done so/,
    );
    await life.onceUpdating(() => sleep(300));
    await auroraJob.update(job.jobKey, job, three);
    await first;
    assert.equal(await life.digest(), inputsOf(three).treeHash);
    assert.deepEqual(await hashes(), [hashOf(three), hashOf(three), hashOf(three)]);
  }).timeout(60_000);

  it("has the scheduler's settings from the document", async () => {
    const settings = { batchSize: 2, waitForBatchCompletion: true, maxFailedInstances: 1, maxPerInstanceFailures: 3 };
    const news = await life.declared({ contact: "ada@example.org", update: { ...settings, rollbackOnFailure: false } });
    assert.deepEqual(updateSettings(updateOf(inputsOf(news))), {
      updateGroupSize: 2,
      minWaitInInstanceRunningMs: 0,
      maxPerInstanceFailures: 3,
      maxFailedInstances: 1,
      rollbackOnFailure: false,
      waitForBatchCompletion: true,
      pauseAfterBatch: false,
    });
  });

  it("into another state tree leaves nothing in the old one, and restarts the containers, which are told where it is", async () => {
    const other = `${life.environment.stateRoot}-other`;
    const news = await life.declared({}, { state: { local: { root: other } } });
    await auroraJob.update(job.jobKey, job, news);
    assert.equal(await (await treeOf(other)).digest("WordCount"), inputsOf(news).treeHash);
    assert.equal(await (await treeOf(life.environment.stateRoot)).digest("WordCount"), undefined);
    assert.deepEqual(await hashes(), [hashOf(news), hashOf(news), hashOf(news)]);
  });

  it("is none where another job's topology of the same name is in the state tree, and that one is untouched", async () => {
    const before = await (await treeOf(life.environment.stateRoot)).digest("WordCount");
    const calls = life.environment.sandbox.requests().length;
    const news = await life.declared({}, { environment: "test" });
    await refused(auroraJob.create(news), /holds a topology 'WordCount' of sandbox\/heron\/devel already/);
    assert.deepEqual(writes(calls), []);
    assert.equal(await (await treeOf(life.environment.stateRoot)).digest("WordCount"), before);
  });

  it("of an effectively-once topology is known as one by its configuration", async () => {
    const reliability = { "topology.reliability.mode": "EFFECTIVELY_ONCE" };
    assert.equal(inputsOf(await life.declared({ config: reliability })).stateful, true);
    assert.equal(inputsOf(await life.declared({})).stateful, undefined);
  });
});
