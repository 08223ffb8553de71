import assert from "node:assert/strict";
import { auroraJob } from "../../components/job/lifecycle";
import { type AuroraJobProperties, inputsOf } from "../../components/job/registration";
import { openStateTree } from "../../components/heron/state";
import { destroyedByAnotherRun, JobLife } from "../support/job-life";
import { LocalEnvironment } from "../support/local-environment";

describe("a job that the engine has two resources of", () => {
  let life: JobLife;
  let job: AuroraJobProperties;

  beforeEach(async () => {
    life = await JobLife.begin();
    job = await life.declared();
    auroraJob.configure({ config: { get: () => undefined } });
    await auroraJob.check({}, job);
    await auroraJob.create(job);
  });
  afterEach(() => life.end());

  const nextRun = () => {
    auroraJob.configure({ config: { get: () => undefined } });
  };
  const another = (news: AuroraJobProperties) => ({ ...news, resourceUrn: "urn:pulumi:test::user::team:Team$Other" });
  const ids = async () => (await life.tasks()).map(({ taskId }) => taskId);

  it("is not killed with the former one, nor by a run after one that was cut off before it got there", async () => {
    const before = await ids();
    nextRun();
    await auroraJob.check({}, another(job));
    await auroraJob.create(another(job));
    await auroraJob.delete(job.jobKey, job);
    assert.deepEqual(await ids(), before);
    nextRun();
    await auroraJob.check(another(job), another(job));
    await auroraJob.delete(job.jobKey, job);
    assert.deepEqual(await ids(), before);
    assert.equal(await life.digest(), inputsOf(job).treeHash);
  });

  it("is killed where the one is deleted before the other is made, and where no resource of the program is the job", async () => {
    nextRun();
    await auroraJob.check(job, job);
    await auroraJob.check({}, job);
    await auroraJob.delete(job.jobKey, job);
    assert.deepEqual(await ids(), []);
    await auroraJob.create(job);
    await destroyedByAnotherRun(job);
    assert.deepEqual(await ids(), []);
  });

  it("leaves nothing in the state tree that the former one has named", async () => {
    nextRun();
    const root = `${life.environment.stateRoot}-other`;
    const news = another(await life.declared({}, { state: { local: { root } } }));
    await auroraJob.check({}, news);
    await auroraJob.create(news);
    await auroraJob.delete(job.jobKey, job);
    assert.equal((await ids()).length, 3);
    assert.deepEqual(await (await life.tree()).topologies(), []);
    assert.deepEqual(await (await openStateTree({ local: { root } })).topologies(), ["WordCount"]);
  });

  it("is killed on neither scheduler where it turns out to be two", async () => {
    const other = await LocalEnvironment.start();
    try {
      const before = await ids();
      nextRun();
      const news = another(await life.declared({}, { scheduler: { url: other.url } }));
      await auroraJob.check({}, news);
      await auroraJob.create(news);
      await assert.rejects(auroraJob.delete(job.jobKey, job), /runs on two schedulers: .* Neither was killed/);
      assert.deepEqual(await ids(), before);
      assert.equal((await other.aurora.tasks(other.job, { active: true })).length, 3);
      assert.equal(await life.digest(), inputsOf(job).treeHash);
    } finally {
      await other.dispose();
    }
  });

  it("is refused in the preview where both are in the program", async () => {
    nextRun();
    assert.deepEqual((await auroraJob.check(job, job)).failures, []);
    const { failures } = await auroraJob.check({}, another(job));
    assert.match(
      failures[0]?.reason ?? "",
      /^Another resource of the program is the job sandbox\/heron\/devel\/WordCount too/,
    );
  });

  it("is refused in the preview where another of the program has its name in its state tree, and not where it only moves there", async () => {
    const { jobKey } = job;
    const elsewhere = another({ ...job, jobKey: jobKey.replace("/devel/", "/test/") });
    nextRun();
    assert.deepEqual((await auroraJob.check(job, job)).failures, []);
    const { failures } = await auroraJob.check({}, elsewhere);
    assert.match(failures[0]?.reason ?? "", /name of sandbox\/heron\/test\/WordCount too, in the same state tree/);
    nextRun();
    assert.deepEqual((await auroraJob.check(another(job), elsewhere)).failures, []);
    assert.deepEqual((await auroraJob.check({}, elsewhere)).failures, []);
    const { stateRoot } = life.environment;
    const apart = await life.declared({}, { state: { local: { root: `${stateRoot}-other` } } });
    assert.deepEqual((await auroraJob.check({}, apart)).failures, []);
  });
});
