import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { directoryPlace } from "../../components/artifacts/use/place";
import { requireUnused } from "../../components/artifacts/use/require-unused";
import { runningJobs } from "../../components/artifacts/use/running-jobs";
import { type AuroraClient, connectAurora } from "../../components/aurora/client";
import type { TaskState } from "../../components/aurora/task-status";
import type { JobConfiguration } from "../../components/aurora/job-configuration";
import { formatJobKey, type JobKey } from "../../components/aurora/job-key";
import { jobConfiguration } from "../../components/aurora/thermos";
import type { UpdateSettings } from "../../components/aurora/update";
import { type Sandbox, startSandbox } from "../../sandbox";
import { instantSimulation } from "../../sandbox/options";
import { ScheduleStatus } from "../../sandbox/scheduler/model";

const core = "/mnt/core/heron-core.tar.gz";

describe("a core package of which a job has need that does not run", () => {
  let folder: string;
  let sandbox: Sandbox;
  let aurora: AuroraClient;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "heron-core-use-"));
    const host = { slaveId: "one", hostname: "one", attributes: {}, cpus: 4, ramMb: 16 * 1024, diskMb: 64 * 1024 };
    sandbox = await startSandbox({
      dataDir: join(folder, "data"),
      clusterName: "west",
      hosts: [host],
      simulate: {
        ...instantSimulation,
        endOf: () => ({ afterMs: 0, status: ScheduleStatus.FAILED }),
      },
    });
    aurora = connectAurora({ cluster: "west", scheduler: { url: new URL(sandbox.url).origin } });
  });

  after(async () => {
    await aurora.close();
    await sandbox.stop({ killTasks: true });
    rmSync(folder, { recursive: true });
  });

  const unused = (role: string) =>
    requireUnused(
      {
        places: [directoryPlace(core)],
        use: { cluster: "west", role, scheduler: { url: new URL(sandbox.url).origin } },
      },
      new Map(),
    );

  /** Submits a job of the role that fetches the core package, and waits until its task is in that state. */
  async function submit(role: string, cpu: number, state: TaskState): Promise<void> {
    const job = { cluster: "west", role, environment: "devel", name: "Waits" };
    await aurora.createJob(configurationOf(job, cpu, core));
    while ((await aurora.tasks(job, { active: true }))[0]?.status !== state) await sleep(10);
  }

  for (const [words, role, cpu, state] of [
    ["waits for a host with room", "large", 5, "PENDING"],
    ["is held back for failing", "flapping", 1, "THROTTLED"],
  ] as const) {
    it(`is not deleted while the job ${words}`, async () => {
      await unused(role);
      await submit(role, cpu, state);
      await assert.rejects(
        unused(role),
        new RegExp(`^UserError: The core package is not deleted: west/${role}/devel/Waits still runs on it`),
      );
    });
  }
});

describe("a topology's package of which only its own job may have need", () => {
  const job = { cluster: "west", role: "heron", environment: "devel", name: "WordCount" };
  let folder: string;
  let sandbox: Sandbox;
  let aurora: AuroraClient;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "heron-package-use-"));
    sandbox = await startSandbox({
      dataDir: join(folder, "data"),
      clusterName: "west",
      simulate: { delays: { ...instantSimulation.delays, killing: 2_000 } },
    });
    aurora = connectAurora({ cluster: "west", scheduler: { url: new URL(sandbox.url).origin } });
  });

  after(async () => {
    await aurora.close();
    await sandbox.stop({ killTasks: true });
    rmSync(folder, { recursive: true });
  });

  const unused = (role = job.role, only: { readonly job?: string } = { job: formatJobKey(job) }) =>
    requireUnused(
      {
        places: [directoryPlace(core)],
        use: { cluster: "west", role, ...only, scheduler: { url: new URL(sandbox.url).origin } },
      },
      new Map(),
    );

  /** Starts to roll a job of one instance to what fetches the package. */
  async function startUpdate(rolled: JobKey, settings: Partial<UpdateSettings> = {}, file = core) {
    const started = await aurora.startUpdate(
      {
        config: configurationOf(rolled, 1, file).taskConfig,
        instanceCount: 1,
        settings: {
          ...{ updateGroupSize: 1, maxPerInstanceFailures: 0, maxFailedInstances: 0, minWaitInInstanceRunningMs: 0 },
          ...{ rollbackOnFailure: true, waitForBatchCompletion: false, ...settings },
        },
      },
      "by a test",
    );
    return started === "unchanged" ? assert.fail("it changes something") : started;
  }

  it("is kept, as a core package is, while an update to it has not come to any container yet", async () => {
    const rolled = { ...job, role: "rolled" };
    await submitOn(aurora, rolled, "/mnt/core/former.tar.gz");
    // Nobody sends a heartbeat.
    await startUpdate(rolled, { blockIfNoPulsesAfterMs: 60_000 });
    for (const only of [{}, { job: formatJobKey(rolled) }])
      await assert.rejects(unused(rolled.role, only), /is not deleted: .* on it/);
  });

  it("is kept while an update to it, as large as the job, has ended all of the job's containers", async () => {
    const whole = { ...job, role: "whole" };
    const only = { job: formatJobKey(whole) };
    await submitOn(aurora, whole, "/mnt/core/former.tar.gz");
    const { id } = await startUpdate(whole);
    const [task] = await aurora.tasks(whole, { active: true });
    assert.equal(task?.status, "KILLING");
    await assert.rejects(unused(whole.role, only), /is not deleted: .* is being rolled to it/);
    await assert.rejects(unused(whole.role, {}), /is not deleted: .* on it/);
    await aurora.abortUpdate({ job: whole, id });
    await unused(whole.role, only);
  });

  it("is kept while an update from it, which may go back yet, has replaced all of the job's containers", async () => {
    const left = { ...job, role: "left" };
    await submitOn(aurora, left);
    const running = async () => (await aurora.tasks(left, { active: true })).find(({ status }) => status === "RUNNING");
    const before = await running();
    const { id } = await startUpdate(left, { minWaitInInstanceRunningMs: 60_000 }, "/mnt/core/next.tar.gz");
    for (let now = before; now === undefined || now.taskId === before?.taskId; now = await running()) await sleep(10);
    await assert.rejects(unused(left.role, { job: formatJobKey(left) }), /is not deleted/);
    await aurora.abortUpdate({ job: left, id });
    await unused(left.role, { job: formatJobKey(left) });
  });

  it("is asked for with two calls, of no other job, and let go of where the job is not there", async () => {
    await submitOn(aurora, { ...job, name: "Other" });
    const asked = sandbox.requests().length;
    await unused();
    assert.deepEqual(
      sandbox
        .requests()
        .slice(asked)
        .map(({ method }) => method),
      ["getTasksStatus", "getJobUpdateSummaries"],
    );
  });

  it("is asked for of no job that is known to leave it, where any of the role may have need of it", async () => {
    const [leaving, staying] = ["Leaving", "Staying"].map((name) => ({ ...job, role: "many", name }));
    for (const each of [leaving, staying]) await submitOn(aurora, each ?? job);
    const asked = sandbox.requests().length;
    const running = await runningJobs(aurora, "west", "many", new Set(["west/many/devel/Leaving"]));
    assert.deepEqual(
      running.map(({ key }) => key),
      ["west/many/devel/Staying"],
    );
    const calls = sandbox.requests().slice(asked);
    assert.deepEqual(
      calls.map(({ method }) => method),
      ["getJobSummary", "getTasksStatus", "getJobUpdateSummaries"],
    );
  });

  it("is kept, as a core package, for a job of which a paused update has ended all the containers", async () => {
    const paused = { ...job, role: "paused" };
    await submitOn(aurora, paused);
    const { id } = await startUpdate(paused, {}, "/mnt/core/next.tar.gz");
    await aurora.pauseUpdate({ job: paused, id });
    while ((await aurora.tasks(paused, { active: true })).length > 0) await sleep(10);
    await assert.rejects(unused(paused.role, {}), /is not deleted: .*west\/paused\/devel\/WordCount still runs on it/);
    await aurora.abortUpdate({ job: paused, id });
    await unused(paused.role, {});
  });

  it("is kept while the job runs, and let go of while its last containers are being killed", async () => {
    await submitOn(aurora, job);
    await assert.rejects(
      unused(),
      /^UserError: The package of topology west\/heron\/devel\/WordCount is not deleted: the job still/,
    );
    await aurora.killTasks(job, "all", "nobody needs it");
    assert.deepEqual(
      (await aurora.tasks(job, { active: true })).map(({ status }) => status),
      ["KILLING"],
    );
    await unused();
  });
});

/** Submits a job of one instance that fetches the package, and waits until it runs. */
async function submitOn(aurora: AuroraClient, job: JobKey, file = core): Promise<void> {
  await aurora.createJob(configurationOf(job, 1, file));
  while ((await aurora.tasks(job, { active: true }))[0]?.status !== "RUNNING") await sleep(10);
}

function configurationOf(job: JobKey, cpu: number, file: string): JobConfiguration {
  return jobConfiguration({
    job,
    user: job.role,
    topologyId: job.name,
    instances: 1,
    resources: { cpu, ram: 2 ** 29, disk: 2 ** 30 },
    view: { fetchCore: `cp '${file}' x`, fetchTopology: "true", ports: [], topologyArguments: "" },
    topology: {},
  });
}
