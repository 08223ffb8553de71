import assert from "node:assert/strict";
import { openLocalStore } from "../../components/heron/state/local";
import type { StateStore } from "../../components/heron/state/store";
import { auroraJob } from "../../components/job/lifecycle";
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
