import assert from "node:assert/strict";
import type { AuroraClient } from "../../components/aurora/client";
import { loadStack } from "../../components/config/load";
import { openLocalStore } from "../../components/heron/state/local";
import type { StateStore } from "../../components/heron/state/store";
import { type Connections, connections } from "../../components/job/connections";
import { auroraJob } from "../../components/job/lifecycle";
import { type AuroraJobProperties, keptJob } from "../../components/job/registration";
import { connectThrough } from "../../components/job/worlds";
import { planStack } from "../../components/plan/stack";
import { LocalEnvironment } from "../support/local-environment";

describe("what a run of a topology has left in the state tree", () => {
  let environment: LocalEnvironment;
  let store: StateStore;
  let from: string;
  const real = connections(new Map());
  const ofARun = ["tmanagers", "metricscaches", "pplans"];

  beforeEach(async () => {
    from = process.cwd();
    environment = await LocalEnvironment.start();
    // The cache, in which payloads travel, is that of the current folder's project.
    process.chdir(environment.project.directory);
    store = await openLocalStore(environment.stateRoot);
    for (const directory of ofARun) await store.put(`${directory}/WordCount`, Buffer.alloc(0));
  });
  afterEach(async () => {
    process.chdir(from);
    connectThrough(real);
    await store.close();
    await environment.dispose();
  });

  /** The job as the program declares it. */
  async function declared(topology: object = {}): Promise<AuroraJobProperties> {
    environment.document({ defaults: { update: { watchSeconds: 0 } } });
    environment.topology(topology);
    const [plan] = await planStack(loadStack(environment.project.path("stacks/test.yaml")), "user/test");
    assert.ok(plan);
    return keptJob(plan.inputs);
  }

  /** From now on the scheduler is reached through `other`. */
  function through(other: (aurora: AuroraClient) => Partial<AuroraClient>): void {
    const aurora: Connections["aurora"] = (...args) => {
      const client = real.aurora(...args);
      return { ...client, ...other(client) };
    };
    connectThrough({ stateTree: (cluster, args) => real.stateTree(cluster, args), aurora });
  }

  const left = async () => {
    const names = await Promise.all(ofARun.map((directory) => store.list(directory)));
    return ofARun.filter((_, index) => names[index]?.includes("WordCount"));
  };

  it("is gone before the job is submitted anew", async () => {
    assert.deepEqual(await left(), ofARun);
    let found: readonly string[] | undefined;
    through((aurora) => ({
      createJob: async (job) => {
        found = await left();
        return aurora.createJob(job);
      },
    }));
    await auroraJob.create(await declared());
    assert.deepEqual(found, []);
  });

  it("loses the place of the TManager, and no more, before its container is restarted", async () => {
    const job = await declared();
    await auroraJob.create(job);
    for (const directory of ofARun) await store.put(`${directory}/WordCount`, Buffer.alloc(0));
    const found: unknown[] = [];
    through((aurora) => ({
      restartInstances: async (key, instances) => {
        found.push([instances, await left()]);
        return aurora.restartInstances(key, instances);
      },
    }));
    const restartContainers = { trigger: "once", containers: [1, 0] };
    await auroraJob.update(job.jobKey, job, await declared({ restartContainers }));
    assert.deepEqual(found, [
      [[1], ofARun],
      [[0], ["metricscaches", "pplans"]],
    ]);
  });
});
