import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { loadStack } from "../../components/config/load";
import { openStateTree } from "../../components/heron/state";
import { auroraJob } from "../../components/job/lifecycle";
import { type AuroraJobProperties, keptJob } from "../../components/job/registration";
import { activeUpdate } from "../../components/job/update";
import { planStack } from "../../components/plan/stack";
import { destroyedByAnotherRun, JobLife } from "../support/job-life";
import { LocalEnvironment } from "../support/local-environment";

describe("a job that is killed", () => {
  let environment: LocalEnvironment;
  let from: string;

  before(async () => {
    from = process.cwd();
    environment = await LocalEnvironment.start();
    process.chdir(environment.project.directory);
  });
  after(async () => {
    process.chdir(from);
    await environment.dispose();
  });

  const declared = async (topology: object, cluster: object = {}): Promise<AuroraJobProperties> => {
    environment.document(cluster);
    environment.topology(topology);
    const [plan] = await planStack(loadStack(environment.project.path("stacks/test.yaml")), "user/test");
    assert.ok(plan);
    return keptJob(plan.inputs);
  };

  const active = () => environment.aurora.tasks(environment.job, { active: true });

  it("takes one call that changes something, and is gone with its state tree", async () => {
    const job = await declared({});
    await auroraJob.create(job);
    const calls = environment.sandbox.requests().length;
    await destroyedByAnotherRun(job);
    assert.deepEqual(environment.writes(calls), ["killTasks"]);
    assert.deepEqual(await active(), []);
    assert.equal((await auroraJob.read(job.jobKey, job)).id, undefined);
  });

  it("when it is gone already leaves the state tree to another job that has come to have the topology's name", async () => {
    const job = await declared({});
    await auroraJob.create(job);
    await environment.aurora.killTasks(environment.job, "all", "by hand");
    while ((await active()).length > 0) await sleep(20);
    const other = await declared({}, { environment: "test" });
    await auroraJob.create(other);
    const tree = await openStateTree({ local: { root: environment.stateRoot } });
    const before = await tree.digest("WordCount");
    assert.ok(before);
    assert.equal((await auroraJob.read(job.jobKey, job)).id, undefined);
    await destroyedByAnotherRun(job);
    assert.equal(await tree.digest("WordCount"), before);
    await destroyedByAnotherRun(other);
    assert.equal(await tree.digest("WordCount"), undefined);
  });

  it("in the middle of an update, which the scheduler does not allow, has the update aborted first", async () => {
    const job = await declared({});
    await auroraJob.create(job);
    const paused = await declared({ contact: "ada@example.org", update: { pauseAfterBatch: true } });
    await assert.rejects(auroraJob.update(job.jobKey, job, paused), /is paused after a batch/);
    assert.equal((await activeUpdate(environment.aurora, environment.job))?.status, "ROLL_FORWARD_PAUSED");
    const calls = environment.sandbox.requests().length;
    await destroyedByAnotherRun(paused);
    assert.deepEqual(environment.writes(calls), ["killTasks", "abortJobUpdate", "killTasks"]);
    assert.deepEqual(await active(), []);
    assert.equal(await activeUpdate(environment.aurora, environment.job), undefined);
  });
});

describe("a job whose containers take longer to end than is waited for", () => {
  let life: JobLife;

  before(async () => {
    life = await JobLife.begin(3_000);
  });
  after(() => life.end());

  it("keeps its state tree until a run has seen the last one end, since whoever is left is no orphan then", async () => {
    const job = await life.declared({}, { defaults: { timeouts: { create: 30, delete: 1 } } });
    await auroraJob.create(job);
    const before = await life.digest();
    assert.ok(before);
    await assert.rejects(destroyedByAnotherRun(job), /still had active instances 1 s after they were asked to end/);
    assert.equal(await life.digest(), before);
    while ((await life.tasks()).length > 0) await sleep(50);
    await destroyedByAnotherRun(job);
    assert.equal(await life.digest(), undefined);
  });
});
