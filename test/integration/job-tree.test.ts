import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { openLocalStore } from "../../components/heron/state/local";
import type { StateStore } from "../../components/heron/state/store";
import { auroraJob } from "../../components/job/lifecycle";
import { treeOf } from "../../components/job/payload";
import { inputsOf } from "../../components/job/registration";
import { JobLife } from "../support/job-life";

describe("what a run of a topology has left in the state tree", () => {
  let life: JobLife;
  let store: StateStore;
  const ofARun = ["tmanagers", "metricscaches", "pplans"];

  beforeEach(async () => {
    life = await JobLife.begin();
    store = await openLocalStore(life.environment.stateRoot);
    for (const directory of ofARun) await store.put(`${directory}/WordCount`, Buffer.alloc(0));
  });
  afterEach(async () => {
    await store.close();
    await life.end();
  });

  const left = async () => {
    const names = await Promise.all(ofARun.map((directory) => store.list(directory)));
    return ofARun.filter((_, index) => names[index]?.includes("WordCount"));
  };

  it("is gone before the job is submitted anew", async () => {
    assert.deepEqual(await left(), ofARun);
    let found: readonly string[] | undefined;
    life.through((aurora) => ({
      createJob: async (job) => {
        found = await left();
        return aurora.createJob(job);
      },
    }));
    await auroraJob.create(await life.declared());
    assert.deepEqual(found, []);
  });

  it("loses the place of the TManager, and no more, before its container is restarted", async () => {
    const job = await life.declared();
    await auroraJob.create(job);
    for (const directory of ofARun) await store.put(`${directory}/WordCount`, Buffer.alloc(0));
    const found: unknown[] = [];
    life.through((aurora) => ({
      restartInstances: async (key, instances) => {
        found.push([instances, await left()]);
        return aurora.restartInstances(key, instances);
      },
    }));
    const restartContainers = { trigger: "once", containers: [1, 0] };
    await auroraJob.update(job.jobKey, job, await life.declared({ restartContainers }));
    assert.deepEqual(found, [
      [[1], ofARun],
      [[0], ["metricscaches", "pplans"]],
    ]);
  });
});

describe("two topologies of one name that are submitted to one state tree at the same time", () => {
  let life: JobLife;

  beforeEach(async () => {
    life = await JobLife.begin();
  });
  afterEach(() => life.end());

  it("are one: the other is refused, and leaves neither a job nor a record behind", async () => {
    const jobs = [await life.declared(), await life.declared({}, { environment: "test" })];
    const ends = await Promise.allSettled(jobs.map((job) => auroraJob.create(job)));
    const [refused, ...others] = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as Error] : []));
    assert.deepEqual(others, []);
    assert.match(
      refused?.message ?? "",
      /of sandbox\/heron\/\w+ (already|by now, which is submitted at the same time).* Nothing was touched/,
    );
    assert.ok(refused && !("properties" in refused), "nothing is recorded");
    const running = (await life.environment.aurora.jobs("heron")).map(({ job }) => job.environment);
    assert.deepEqual(running, [(await (await life.tree()).ownership("WordCount"))?.environ]);
    const winner = jobs.find(({ jobKey }) => jobKey.includes(`/${running[0] ?? ""}/`)) ?? assert.fail("one runs");
    assert.equal(await life.digest(), inputsOf(winner).treeHash);
  });

  it("are one also where the job of the one comes after its tree was found", async () => {
    const job = await life.declared();
    const { jobConfiguration, ...payload } = await life.payloadOf(await life.declared({}, { environment: "test" }));
    const { executionState, ...planned } = treeOf({ jobConfiguration, ...payload });
    await (await life.tree()).submit({ ...planned, executionState: { ...executionState, submissionTime: 1 } });
    const digest = await life.digest();
    const coming = sleep(500).then(() => life.environment.aurora.createJob({ ...jobConfiguration, instanceCount: 3 }));
    await assert.rejects(auroraJob.create(job), /holds a topology 'WordCount' of sandbox\/heron\/test already/);
    await coming;
    assert.deepEqual(await life.tasks(), []);
    assert.equal(await life.digest(), digest);
  });
});
