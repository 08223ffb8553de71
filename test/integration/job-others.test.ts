import assert from "node:assert/strict";
import { createServer, request, type Server } from "node:http";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AuroraClient } from "../../components/aurora/client";
import { AuroraError } from "../../components/aurora/errors";
import type { UpdateSettings } from "../../components/aurora/update";
import { openCache } from "../../components/cache";
import { loadStack } from "../../components/config/load";
import { openStateTree } from "../../components/heron/state";
import { packingPlanFromBytes } from "../../components/heron/packing";
import { type Connections, connections } from "../../components/job/connections";
import { auroraJob } from "../../components/job/lifecycle";
import { loadPayload, treeOf } from "../../components/job/payload";
import { type AuroraJobProperties, inputsOf, keptJob } from "../../components/job/registration";
import { connectThrough } from "../../components/job/worlds";
import { planStack } from "../../components/plan/stack";
import { LocalEnvironment } from "../support/local-environment";

describe("a job that others work on too", () => {
  let environment: LocalEnvironment;
  let from: string;
  const real = connections(new Map());

  /** @param killing how long a container takes to end, ms */
  async function start(killing = 20): Promise<void> {
    environment = await LocalEnvironment.start({ tasks: { delays: { assigned: 5, starting: 20, killing } } });
    // The cache, in which payloads travel, is that of the current folder's project.
    process.chdir(environment.project.directory);
    connectThrough(real);
  }

  beforeEach(() => {
    from = process.cwd();
  });
  afterEach(async () => {
    process.chdir(from);
    connectThrough(real);
    await closeProxies();
    await environment.dispose();
  });

  /** The job as the program declares it. */
  async function declared(
    topology: object = {},
    cluster: object = {},
    owner = "user/test",
  ): Promise<AuroraJobProperties> {
    environment.document({
      defaults: { update: { watchSeconds: 0 }, timeouts: { create: 30, update: 30, delete: 8 } },
      ...cluster,
    });
    environment.topology(topology);
    const [plan] = await planStack(loadStack(environment.project.path("stacks/test.yaml")), owner);
    assert.ok(plan);
    return keptJob(plan.inputs);
  }

  const payloadOf = (each: AuroraJobProperties) => loadPayload(openCache(), inputsOf(each).payload);
  const tasks = async () =>
    (await environment.aurora.tasks(environment.job, { active: true })).sort((a, b) => a.instanceId - b.instanceId);
  const instances = async () => (await tasks()).map(({ instanceId }) => instanceId);
  const ids = async () => (await tasks()).map(({ taskId }) => taskId);
  const tree = () => openStateTree({ local: { root: environment.stateRoot } });
  const digest = async () => (await tree()).digest("WordCount");
  const latest = async () => (await environment.aurora.updateSummaries(environment.job))[0] ?? assert.fail("no update");

  /** Containers that the packing plan in the state tree names, beside container 0. */
  const planned = async () =>
    packingPlanFromBytes(Buffer.from((await (await tree()).nodes("WordCount")).plan ?? []))
      .containers.map(({ id }) => id)
      .sort();

  /** Does `work` as soon as the scheduler works on an update. */
  async function onceUpdating(work: (id: string) => Promise<void>): Promise<void> {
    for (;;) {
      const [update] = await environment.aurora.updateSummaries(environment.job);
      if (update?.status === "ROLLING_FORWARD") return work(update.id);
      await sleep(5);
    }
  }

  /** From now on the scheduler is reached through `other`. */
  function through(other: (aurora: AuroraClient) => Partial<AuroraClient>): void {
    const aurora: Connections["aurora"] = (...args) => {
      const client = real.aurora(...args);
      return { ...client, ...other(client) };
    };
    connectThrough({ stateTree: (cluster, args) => real.stateTree(cluster, args), aurora });
  }

  const proxies: Server[] = [];

  async function closeProxies(): Promise<void> {
    for (const proxy of proxies.splice(0)) {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    }
  }

  /** Address of a proxy before the scheduler at `url`; `answer` says which calls it answers itself, or after they were made. */
  async function proxyOf(
    url: string,
    answer: (call: { method?: string; authorization?: string }) => "after" | "leaderless" | "locked" | undefined,
  ): Promise<string> {
    const proxy = createServer((asked, response) => {
      const parts: Buffer[] = [];
      asked.on("data", (part: Buffer) => parts.push(part));
      asked.on("end", () => {
        const body = Buffer.concat(parts);
        const { authorization, ...headers } = asked.headers;
        const [, method] = /\[1,"(\w+)"/.exec(body.toString()) ?? [];
        const own = answer({ ...(method && { method }), ...(authorization && { authorization }) });
        if (own === "leaderless") return response.writeHead(503).end("<h2>No Leader Found</h2>");
        if (own === "locked") return response.writeHead(401).end();
        return request(`${url}${asked.url ?? ""}`, { method: "POST", headers }, (got) => {
          if (own === "after") {
            got.resume();
            response.writeHead(503).end("upstream connect error or disconnect/reset before headers");
          } else {
            response.writeHead(got.statusCode ?? 500, got.headers);
            got.pipe(response);
          }
        }).end(body);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    proxies.push(proxy);
    return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  }

  it("keeps its state tree where the documents only name it by another address", async () => {
    await start();
    const folder = mkdtempSync(join(tmpdir(), "heron-link-"));
    try {
      const job = await declared();
      await auroraJob.create(job);
      symlinkSync(environment.stateRoot, join(folder, "state"));
      const news = await declared({}, { state: { local: { root: join(folder, "state") } } });
      await auroraJob.update(job.jobKey, job, news);
      assert.equal(await digest(), inputsOf(news).treeHash);
      assert.deepEqual(await (await tree()).topologies(), ["WordCount"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("moves to another state tree also where the old one cannot be opened any more", async () => {
    await start();
    const gone = { local: { root: environment.project.path("Pulumi.yaml", "state") } };
    const job = await declared();
    await auroraJob.create(job);
    const { job: text } = await declared({}, { state: gone });
    const news = await declared();
    await auroraJob.update(job.jobKey, { ...job, job: text }, news);
    assert.equal(await digest(), inputsOf(news).treeHash);
  });

  it("that is scaled outside does not get back a container that is just being removed", async () => {
    await start(2_000);
    const job = await declared({ scaling: "outside" });
    await auroraJob.create(job);
    await environment.aurora.killTasks(environment.job, [2], "heron update scales in");
    const news = await declared({ scaling: "outside", contact: "ada@example.org" });
    await auroraJob.update(job.jobKey, job, news);
    assert.deepEqual(await instances(), [0, 1]);
  }).timeout(60_000);

  it("that is scaled outside gets back what an update of ours was replacing when newer documents came in between", async () => {
    await start(1_000);
    const job = await declared({ scaling: "outside" });
    await auroraJob.create(job);
    through(() => ({ updateDetails: () => Promise.reject(new Error("the run is cut off")) }));
    await assert.rejects(
      auroraJob.update(job.jobKey, job, await declared({ scaling: "outside", contact: "ada@example.org" })),
    );
    assert.ok((await tasks()).some(({ status }) => status === "KILLING"));
    connectThrough(real);
    const news = await declared({ scaling: "outside", contact: "bob@example.org" });
    await auroraJob.update(job.jobKey, job, news);
    assert.deepEqual(await instances(), [0, 1, 2]);
  }).timeout(60_000);

  it("is another stack's also while all of its containers are being replaced, and its update is not touched", async () => {
    await start(1_500);
    const own = await declared({}, {}, "user/a");
    await auroraJob.create(own);
    const whole = await declared(
      { contact: "ada@example.org", update: { watchSeconds: 0, batchSize: 3 } },
      {},
      "user/a",
    );
    const foreign = await declared({ contact: "bob@example.org" }, {}, "user/b");
    const rolling = auroraJob.update(own.jobKey, own, whole);
    while ((await tasks()).some(({ status }) => status !== "KILLING")) await sleep(5);
    await assert.rejects(auroraJob.create(foreign), /belongs to the stack 'user\/a'\. Nothing was touched/);
    await rolling;
    assert.equal((await latest()).status, "ROLLED_FORWARD");
  }).timeout(60_000);

  it("is another stack's also when it is killed and submitted again while we wait for its end", async () => {
    await start(1_500);
    const own = await declared({}, {}, "user/a");
    await auroraJob.create(own);
    const { jobConfiguration } = await payloadOf(own);
    const foreign = await declared({ contact: "bob@example.org" }, {}, "user/b");
    await environment.aurora.killTasks(environment.job, "all", "to be submitted again");
    const waiting = auroraJob.create(foreign);
    const again = { ...jobConfiguration, instanceCount: 3 };
    while (
      await environment.aurora.createJob(again).then(
        () => false,
        () => true,
      )
    )
      await sleep(5);
    await assert.rejects(waiting, /belongs to the stack 'user\/a'\. Nothing was touched/);
    assert.equal((await tasks()).length, 3);
  }).timeout(60_000);

  it("is followed through an update that is as large as the job while all of its containers are being ended", async () => {
    await start(3_000);
    const job = await declared();
    await auroraJob.create(job);
    const whole = { contact: "ada@example.org", update: { watchSeconds: 0, batchSize: 3 } };
    // Shorter than the update takes as a whole.
    const news = await declared({ ...whole, timeouts: { create: 30, update: 30, delete: 5 } });
    const payload = await payloadOf(news);
    const cut = new Error("the run is cut off");
    through(() => ({ updateDetails: () => Promise.reject(cut) }));
    await assert.rejects(auroraJob.update(job.jobKey, job, news));
    assert.ok((await tasks()).every(({ status }) => status === "KILLING"));
    connectThrough(real);
    const calls = environment.sandbox.requests().length;
    await auroraJob.update(job.jobKey, job, news);
    assert.equal((await latest()).status, "ROLLED_FORWARD");
    assert.deepEqual(environment.writes(calls), []);
    assert.equal((await tasks()).length, payload.jobConfiguration.instanceCount);
  }).timeout(60_000);

  it("is killed for good while an update that has ended all of its containers is paused", async () => {
    await start(600);
    const job = await declared();
    await auroraJob.create(job);
    const news = await declared({ contact: "ada@example.org", update: { watchSeconds: 0, batchSize: 3 } });
    const pausing = onceUpdating((id) => environment.aurora.pauseUpdate({ job: environment.job, id }, "stop: INC-42"));
    await assert.rejects(auroraJob.update(job.jobKey, job, news), /is paused\. Resume or abort it/);
    await pausing;
    while ((await tasks()).length > 0) await sleep(20);
    assert.equal((await latest()).status, "ROLL_FORWARD_PAUSED");
    const calls = environment.sandbox.requests().length;
    await auroraJob.delete(job.jobKey, news);
    assert.deepEqual(environment.writes(calls), ["abortJobUpdate"]);
    assert.equal((await latest()).status, "ABORTED");
    assert.equal(await digest(), undefined);
  });

  it("has the packing plan put back that was there, not the one last deployed, when the scheduler rolls back", async () => {
    await start();
    const job = await declared();
    await auroraJob.create(job);
    // What `heron update` leaves: the new container first, then the plan that names it.
    const scaled = treeOf(await payloadOf(await declared({ containerNumber: 3 })));
    await environment.aurora.addInstances(environment.job, 0, 1);
    const { executionState } = scaled;
    await (await tree()).submit({ ...scaled, executionState: { ...executionState, submissionTime: 1 } });
    const news = await declared({ contact: "ada@example.org", update: { watchSeconds: 2 } });
    const undoing = onceUpdating(async (id) => {
      await sleep(300);
      await environment.aurora.rollbackUpdate({ job: environment.job, id }, "as a failing container would");
    });
    await assert.rejects(auroraJob.update(job.jobKey, job, news), /ended ROLLED_BACK/);
    await undoing;
    assert.deepEqual(
      [await instances(), await planned()],
      [
        [0, 1, 2, 3],
        [1, 2, 3],
      ],
    );
  }).timeout(60_000);

  it("has its old topology put back with the plan that others made, also where the new one was written twice", async () => {
    await start();
    const job = await declared({ scaling: "outside" });
    await auroraJob.create(job);
    const scaled = treeOf(await payloadOf(await declared({ containerNumber: 3 })));
    await environment.aurora.addInstances(environment.job, 0, 1);
    await (await tree()).submit({ ...scaled, executionState: { ...scaled.executionState, submissionTime: 1 } });
    const before = await (await tree()).nodes("WordCount");
    const changed = { scaling: "outside", config: { "topology.team.name": "other" }, update: { watchSeconds: 2 } };
    const news = await declared(changed);
    let isLost = false;
    through((client) => ({
      startUpdate: (...args) => {
        if (isLost) return client.startUpdate(...args);
        isLost = true;
        return Promise.reject(new AuroraError("no proper answer came", { kind: "unsure" }));
      },
    }));
    const undoing = onceUpdating(async (id) => {
      await sleep(300);
      await environment.aurora.rollbackUpdate({ job: environment.job, id }, "as a failing container would");
    });
    await assert.rejects(auroraJob.update(job.jobKey, job, news), /ended ROLLED_BACK/);
    await undoing;
    const after = await (await tree()).nodes("WordCount");
    assert.deepEqual([after.topology, after.plan], [before.topology, before.plan]);
  }).timeout(60_000);

  it("whose update a person has paused is not resumed, though the update pauses by itself after each batch too", async () => {
    await start();
    const job = await declared();
    await auroraJob.create(job);
    const news = await declared({ contact: "ada@example.org", update: { watchSeconds: 2, pauseAfterBatch: true } });
    const pausing = onceUpdating((id) => environment.aurora.pauseUpdate({ job: environment.job, id }, "stop: INC-42"));
    await assert.rejects(auroraJob.update(job.jobKey, job, news), /is paused\. Resume or abort it/);
    await pausing;
    const calls = environment.sandbox.requests().length;
    for (const pauseAfterBatch of [true, false]) {
      const again = await declared({ contact: "ada@example.org", update: { watchSeconds: 2, pauseAfterBatch } });
      await assert.rejects(auroraJob.update(job.jobKey, job, again), /is paused\. Resume or abort it/);
    }
    assert.deepEqual(environment.writes(calls), []);
    await environment.aurora.abortUpdate({ job: environment.job, id: (await latest()).id }, "by hand");
  });

  it("that is adopted restarts the containers that run something else, and no others", async () => {
    await start();
    const job = await declared({ adopt: true });
    const { jobConfiguration } = await payloadOf(job);
    const { taskConfig } = jobConfiguration;
    const plain = {
      ...taskConfig,
      metadata: taskConfig.metadata.filter(({ key }) => !key.startsWith("heron-aurora/")),
    };
    await environment.aurora.createJob({ ...jobConfiguration, instanceCount: 3, taskConfig: plain });
    const settings: UpdateSettings = {
      updateGroupSize: 1,
      maxPerInstanceFailures: 0,
      maxFailedInstances: 0,
      minWaitInInstanceRunningMs: 0,
      rollbackOnFailure: true,
      waitForBatchCompletion: false,
      updateOnlyTheseInstances: [{ first: 2, last: 2 }],
    };
    const config = { ...plain, contactEmail: "other@example.org" };
    await environment.aurora.startUpdate({ config, instanceCount: 3, settings }, "by hand");
    while ((await latest()).status !== "ROLLED_FORWARD") await sleep(20);
    const [zero, one] = await ids();
    await auroraJob.create(job);
    assert.deepEqual((await ids()).slice(0, 2), [zero, one]);
    assert.equal(
      (await tasks())[2]?.metadata.some(({ key }) => key.startsWith("heron-aurora/")),
      true,
    );
  });

  for (const [words, adopted] of [
    ["was adopted as it was", true],
    ["carries the former name of its stack", false],
  ] as const) {
    it(`that ${words} restarts nothing but the containers that a change had got at, when the change is taken back`, async () => {
      await start();
      const topology = adopted ? { adopt: true } : {};
      const job = await declared(topology, {}, "user/old");
      let kept = job;
      if (adopted) {
        const { jobConfiguration } = await payloadOf(job);
        const { taskConfig } = jobConfiguration;
        const metadata = taskConfig.metadata.filter(({ key }) => !key.startsWith("heron-aurora/"));
        await environment.aurora.createJob({
          ...jobConfiguration,
          instanceCount: 3,
          taskConfig: { ...taskConfig, metadata },
        });
      }
      ({ outs: kept } = await auroraJob.create(job));
      const owner = adopted ? "user/old" : "user/new";
      ({ outs: kept } = await auroraJob.update(job.jobKey, kept, await declared(topology, {}, owner)));
      const paused = { ...topology, contact: "ada@example.org", update: { watchSeconds: 0, pauseAfterBatch: true } };
      const begun = auroraJob.update(job.jobKey, kept, await declared(paused, {}, owner));
      await assert.rejects(begun, (error: Error & { properties?: AuroraJobProperties }) => {
        assert.match(error.message, /paused after a batch/);
        kept = error.properties ?? kept;
        return true;
      });
      const before = await ids();
      await auroraJob.update(job.jobKey, kept, await declared(topology, {}, owner));
      const after = await ids();
      assert.deepEqual(after.slice(1), before.slice(1));
      assert.notEqual(after[0], before[0]);
    });
  }

  it("keeps its state tree when another stack submits the same job in that moment and is refused", async () => {
    await start();
    const [first, second] = [await declared({}, {}, "user/a"), await declared({}, {}, "user/b")];
    let other: Promise<unknown> | undefined;
    through((client) => ({
      createJob: async (job) => {
        if (other === undefined) await (other = auroraJob.create(first));
        return client.createJob(job);
      },
    }));
    await assert.rejects(auroraJob.create(second), /belongs to the stack 'user\/a'\. Nothing was touched/);
    assert.equal(await digest(), inputsOf(first).treeHash);
    assert.equal((await tasks()).length, 3);
  });

  it("gets a container once, where a proxy answers for a scheduler that it has asked", async () => {
    await start();
    let failing: string | undefined;
    const proxy = await proxyOf(environment.url, ({ method }) => {
      if (method !== failing) return undefined;
      failing = undefined;
      return "after";
    });
    const job = await declared({}, { scheduler: { url: proxy } });
    await auroraJob.create(job);
    failing = "addInstances";
    await auroraJob.update(job.jobKey, job, await declared({ containerNumber: 3 }, { scheduler: { url: proxy } }));
    assert.equal(failing, undefined);
    assert.deepEqual(await instances(), [0, 1, 2, 3]);
  });

  describe("and whose documents name another scheduler, which has no such job", () => {
    const user = { username: "ada", password: "canary" };
    let other: LocalEnvironment;
    let state: "well" | "leaderless" | "locked";
    let told: (string | undefined)[];
    let job: AuroraJobProperties;
    let news: AuroraJobProperties;

    beforeEach(async () => {
      await start();
      other = await LocalEnvironment.start();
      [state, told] = ["well", []];
      const old = await proxyOf(environment.url, ({ authorization }) => {
        told.push(authorization);
        if (state === "locked") return authorization === undefined ? "locked" : undefined;
        return state === "leaderless" ? "leaderless" : undefined;
      });
      job = await declared({}, { scheduler: { url: old } });
      await auroraJob.create(job);
      connectThrough(connections(new Map([["sandbox", user]])));
      news = await declared({}, { scheduler: { url: other.url } });
      told.length = 0;
    });
    afterEach(() => other.dispose());

    const running = async () => (await other.aurora.tasks(environment.job, { active: true })).length;

    it("is not submitted there while it runs on the first, which is not told the user and password of the other", async () => {
      await assert.rejects(
        auroraJob.update(job.jobKey, job, news),
        /runs on the scheduler that the documents named before/,
      );
      assert.deepEqual(told, [undefined]);
      assert.equal(await running(), 0);
    });

    it("is not submitted there while the first lets nobody look without a password", async () => {
      state = "locked";
      await assert.rejects(
        auroraJob.update(job.jobKey, job, news),
        /runs on the scheduler that the documents named before/,
      );
      assert.equal(told.length, 2);
      assert.equal(await running(), 0);
    });

    it("is not submitted there while the first does not say whether it runs", async () => {
      state = "leaderless";
      const words =
        /may still run on the scheduler .*What the old one answers: .*no leader \(HTTP 503\).*'pulumi up' again when it answers/;
      await assert.rejects(auroraJob.update(job.jobKey, job, news), words);
      assert.equal(await running(), 0);
    }).timeout(60_000);

    it("is submitted there once nobody listens at the first any more", async () => {
      await closeProxies();
      await auroraJob.update(job.jobKey, job, news);
      assert.equal(await running(), 3);
    }).timeout(60_000);
  });
});
