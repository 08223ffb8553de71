import assert from "node:assert/strict";
import type { Resources } from "../../components/aurora/role";
import { loadStack } from "../../components/config/load";
import { auroraJob } from "../../components/job/lifecycle";
import { type AuroraJobProperties, inputsOf, keptJob } from "../../components/job/registration";
import { planStack } from "../../components/plan/stack";
import { LocalEnvironment } from "../support/local-environment";

const none: Resources = { numCpus: 0, ramMb: 0, diskMb: 0 };

describe("a job that takes from its role's quota", () => {
  let environment: LocalEnvironment;
  const folder = process.cwd();

  before(async () => {
    environment = await LocalEnvironment.start();
    // The cache, in which payloads travel, is that of the current folder's project.
    process.chdir(environment.project.directory);
  });

  after(async () => {
    process.chdir(folder);
    await environment.dispose();
  });

  beforeEach(async () => {
    await environment.aurora.killTasks(environment.job, "all");
    await until(async () => (await environment.aurora.tasks(environment.job, { active: true })).length === 0);
    await environment.aurora.setQuota("heron", none);
    environment.document();
    auroraJob.configure({ config: { get: () => undefined } });
  });

  /** The job as the program declares it. */
  const declared = async (topology: object): Promise<AuroraJobProperties> => {
    environment.topology({ tier: "preferred", ...topology });
    const [plan] = await planStack(loadStack(environment.project.path("stacks/test.yaml")), "user/test");
    assert.ok(plan);
    return keptJob(plan.inputs);
  };

  const total = (job: AuroraJobProperties): Resources => {
    const { instances, resources } = inputsOf(job);
    return {
      numCpus: instances * resources.cpu,
      ramMb: instances * resources.ramMb,
      diskMb: instances * resources.diskMb,
    };
  };

  /** Why a preview refuses, if it does. */
  const refusal = async (olds: Partial<AuroraJobProperties>, news: AuroraJobProperties) =>
    (await auroraJob.check(olds, news)).failures[0]?.reason;

  it("is refused where the quota is short, with what it needs, what is left of what, and what to do", async () => {
    const job = await declared({});
    const { numCpus, ramMb, diskMb } = total(job);
    await environment.aurora.setQuota("heron", { numCpus: numCpus - 0.5, ramMb, diskMb: diskMb - 1024 });
    const reason = await refusal({}, job);
    assert.match(
      reason ?? "",
      new RegExp(`WordCount needs ${numCpus} cores, .* of the quota of role heron \\(3 containers`),
    );
    assert.match(
      reason ?? "",
      /is left for it: 0\.5 cores, 1 GiB disk too little\. Nothing was submitted or changed\./,
    );
    assert.match(reason ?? "", /'quota' in the stack document.*aurora_admin set_quota sandbox heron.*another tier/);
    await environment.aurora.setQuota("heron", total(job));
    assert.equal(await refusal({}, job), undefined);
  });

  it("is refused by the scheduler where nobody could ask before, with what to do; nothing is left of it", async () => {
    const job = await declared({});
    await assert.rejects(auroraJob.create(job), /Insufficient resource quota: CPU .* Have the role's quota raised/);
    assert.equal(await auroraJob.read(job.jobKey, job).then(({ id }) => id), undefined);
  });

  it("may be submitted again after a submission that was cut off, though what runs of it has filled the quota", async () => {
    const job = await declared({});
    await environment.aurora.setQuota("heron", total(job));
    await auroraJob.create(job);
    assert.equal(await refusal({}, job), undefined);
  });

  it("is refused to grow beyond the quota, and is not asked about when it shrinks or restarts", async () => {
    const job = await declared({});
    await environment.aurora.setQuota("heron", total(job));
    await auroraJob.create(job);
    const larger = await declared({ parallelism: { count: 6 } });
    const added = total(larger).numCpus - total(job).numCpus;
    assert.ok(added > 0);
    assert.match((await refusal(job, larger)) ?? "", new RegExp(`${added} cores?, .* too little`));
    const from = environment.sandbox.requests().length;
    assert.equal(await refusal(larger, job), undefined);
    assert.equal(await refusal(job, await declared({ restart: "once" })), undefined);
    assert.equal(await refusal({}, await declared({ tier: undefined })), undefined);
    assert.equal(await refusal({}, await declared({ tier: "revocable" })), undefined);
    assert.equal(await refusal({}, await declared({ dedicated: "heron/streaming" })), undefined);
    assert.equal(environment.sandbox.requests().length, from, "no call where the quota does not count");
  });

  it("is refused where it does not fit together with another one of the run, until that one is there", async () => {
    const job = await declared({});
    const { numCpus, ramMb, diskMb } = total(job);
    const jobKey = job.jobKey.replace("WordCount", "Other");
    const other = { ...job, jobKey };
    await environment.aurora.setQuota("heron", { numCpus: numCpus * 2 - 1, ramMb: ramMb * 2, diskMb: diskMb * 2 });
    assert.equal(await refusal({}, job), undefined);
    const together =
      /Other needs .* is left for it beside what another topology of this run will take: 1 core too little/;
    assert.match((await refusal({}, other)) ?? "", together);
    assert.equal(await refusal({}, job), undefined, "as often as it is checked");
    await environment.aurora.setQuota("heron", { numCpus: numCpus * 2, ramMb: ramMb * 2, diskMb: diskMb * 2 });
    assert.equal(await refusal({}, other), undefined);
    await auroraJob.create(job);
    assert.equal(await refusal({}, other), undefined, "what is there is not counted twice");
  });

  it("is not in the way of another one of the run with what it takes already", async () => {
    const job = await declared({ adopt: true });
    const { numCpus, ramMb, diskMb } = total(job);
    await environment.aurora.setQuota("heron", { numCpus: numCpus * 2, ramMb: ramMb * 2, diskMb: diskMb * 2 });
    await auroraJob.create(job);
    assert.equal(await refusal({}, job), undefined);
    assert.equal(await refusal({}, { ...job, jobKey: job.jobKey.replace("WordCount", "Other") }), undefined);
  });

  it("is asked about when it comes to a tier that counts", async () => {
    const plain = await declared({ tier: "preemptible" });
    await auroraJob.create(plain);
    assert.match((await refusal(plain, await declared({}))) ?? "", /is left for it/);
  });

  it("may take another environment, since what it is killed for gives its part back first", async () => {
    const job = await declared({});
    await environment.aurora.setQuota("heron", total(job));
    await auroraJob.create(job);
    environment.document({ environment: "test" });
    const moved = await declared({});
    assert.notEqual(moved.jobKey, job.jobKey);
    assert.equal(await refusal(job, moved), undefined);
    assert.match((await refusal({}, moved)) ?? "", /is left for it/, "as long as the other one is to stay");
  });

  it("is judged by as many containers as there are, where they are scaled outside", async () => {
    const job = await declared({});
    const { numCpus, ramMb, diskMb } = total(job);
    await environment.aurora.setQuota("heron", { numCpus: numCpus * 2, ramMb: ramMb * 2, diskMb: diskMb * 2 });
    await auroraJob.create(job);
    await environment.aurora.addInstances(environment.job, 0, inputsOf(job).instances);
    const known = { ...inputsOf(job), scaling: "outside" } as const;
    const { resources } = known;
    const grown = { ...known, resources: { ...resources, cpu: resources.cpu * 1.5 } };
    assert.match((await refusal(keptJob(known), keptJob(grown))) ?? "", /\(6 containers/);
  });

  it("has no input for the quota that the documents set", async () => {
    const job = await declared({});
    environment.document({ quota: { cpu: 100, ram: "1TB", disk: "1TB" } });
    assert.deepEqual(await declared({}), job);
  });

  it("is previewed without a scheduler as ever", async () => {
    const job = await declared({});
    for (const scheduler of [{ url: "http://127.0.0.1:9" }, { zookeeper: { servers: "127.0.0.1:9" } }])
      assert.equal(await refusal({}, keptJob({ ...inputsOf(job), scheduler })), undefined);
    const unknown = { ...job, job: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
    assert.equal(await refusal({}, unknown), undefined);
  });
});

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 10));
}
