import assert from "node:assert/strict";
import { auroraJob } from "../../components/job/lifecycle";
import { type AuroraJobProperties, inputsOf } from "../../components/job/registration";
import { JobLife } from "../support/job-life";

const rules = [
  { attribute: "host", limit: 9 },
  { attribute: "rack", values: ["a", "b"], negated: true },
  { attribute: "os", values: ["windows"], negated: true },
];

describe("a job whose constraints the documents say in another order", () => {
  let life: JobLife;
  let job: AuroraJobProperties;

  beforeEach(async () => {
    life = await JobLife.begin();
    job = await life.declared({ constraints: rules });
  });
  afterEach(() => life.end());

  const reordered = (more: object = {}) => life.declared({ constraints: [...rules].reverse(), ...more });

  it("is unchanged, since the scheduler holds them as a set", async () => {
    const { inputs } = await auroraJob.check({ ...job, change: "submit 3 containers" }, await reordered());
    assert.deepEqual(inputs, { ...job, change: "submit 3 containers" });
    assert.equal(auroraJob.diff(job.jobKey, job, inputs).changes, false);
  });

  it("is scaled without the restart of a container, and is unchanged after that", async () => {
    await auroraJob.create(job);
    const before = await life.tasks();
    const { inputs } = await auroraJob.check(job, await reordered({ containerNumber: 3 }));
    assert.equal(inputs.change?.split(";")[0], "scale out 3 → 4 containers");
    await auroraJob.update(job.jobKey, job, inputs);
    const after = await life.tasks();
    assert.deepEqual(
      after.slice(0, 3).map(({ taskId }) => taskId),
      before.map(({ taskId }) => taskId),
    );
    assert.equal(after.length, 4);
    assert.deepEqual((await auroraJob.check(inputs, await reordered({ containerNumber: 3 }))).inputs, inputs);
  }).timeout(60_000);

  it("is rolled where the constraints, or anything else of its task, differ too", async () => {
    const others = await life.declared({ constraints: rules.slice(1) });
    for (const news of [others, await reordered({ contact: "ada@example.org" })]) {
      const { inputs } = await auroraJob.check(job, news);
      assert.match(inputs.change ?? "", /^rolling restart of 3 containers/);
      assert.equal(inputsOf(inputs).taskHash, inputsOf(news).taskHash);
    }
  });
});
