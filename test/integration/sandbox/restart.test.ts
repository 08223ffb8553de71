import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { killLeftovers } from "../../../sandbox/executor/leftovers";
import { Client, jobKey, jobOf } from "./client";
import { isAlive } from "../../support/process-tree";
import { Sandboxes } from "./with-sandbox";

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe("a sandbox that starts again on its folder", function () {
  this.timeout(30_000);
  const sandboxes = new Sandboxes();
  afterEach(() => sandboxes.tidy());

  const service = { config: { isService: true } };

  it("adopts tasks that still run, and sees how they end", async () => {
    const dataDir = sandboxes.folder();
    const first = await sandboxes.start({ dataDir });
    const cmdline = "echo $$ >> pids; while ! test -e go; do sleep 0.05; done; exit 3";
    await first.client.create(jobOf([{ name: "run", cmdline }]));
    const { assignedTask } = await first.client.untilStatus("RUNNING");
    const folder = join(dataDir, "tasks", assignedTask.taskId);
    await until(() => existsSync(join(folder, "pids")));
    await sandboxes.stop(first.sandbox);

    const { client } = await sandboxes.start({ dataDir });
    assert.equal((await client.tasks())[0]?.status, "RUNNING");
    writeFileSync(join(folder, "go"), "");
    const { taskEvents } = await client.untilStatus("FAILED");
    assert.equal(taskEvents.at(-1)?.message, "Task failed.");
    assert.equal(readFileSync(join(folder, "pids"), "utf8").trim().split("\n").length, 1);
  });

  it("learns how a task ended while it was away", async () => {
    const dataDir = sandboxes.folder();
    const first = await sandboxes.start({ dataDir });
    await first.client.create(jobOf([{ name: "run", cmdline: "sleep 0.5; touch done" }]));
    const { assignedTask } = await first.client.untilStatus("RUNNING");
    await sandboxes.stop(first.sandbox);
    await until(() => existsSync(join(dataDir, "tasks", assignedTask.taskId, "done")));
    const { client } = await sandboxes.start({ dataDir });
    await client.untilStatus("FINISHED");
  });

  it("counts tasks whose processes are gone as LOST, and reschedules them", async () => {
    const dataDir = sandboxes.folder();
    const first = await sandboxes.start({ dataDir });
    await first.client.create(jobOf([{ name: "run", cmdline: "sleep 1000" }], service));
    const before = await first.client.untilStatus("RUNNING");
    await sandboxes.stop(first.sandbox);
    assert.equal(await killLeftovers(dataDir), 1);
    const { client } = await sandboxes.start({ dataDir });
    const tasks = await client.until((all) => all.some(({ status }) => status === "RUNNING"));
    const lost = tasks.find(({ status }) => status === "LOST");
    assert.equal(lost?.assignedTask.taskId, before.assignedTask.taskId);
    assert.equal(tasks.find(({ status }) => status === "RUNNING")?.ancestorId, before.assignedTask.taskId);
  });

  it("does not take another process for a task's because it has its pid", async () => {
    const dataDir = sandboxes.folder();
    const first = await sandboxes.start({ dataDir });
    await first.client.create(jobOf([{ name: "run", cmdline: "sleep 1000" }]));
    const { assignedTask } = await first.client.untilStatus("RUNNING");
    await sandboxes.stop(first.sandbox);
    const file = join(dataDir, "checkpoints", assignedTask.taskId, "runs.json");
    const runs = JSON.parse(readFileSync(file, "utf8")) as { leader: { pid: number } }[];
    for (const { leader } of runs) process.kill(-leader.pid, "SIGKILL");
    // Linux counts start times in hundredths of a second; a pid comes round again much later than that.
    await new Promise((resolve) => setTimeout(resolve, 30));
    const bystander = spawn("sleep", ["1000"], { detached: true });
    for (const run of runs) run.leader.pid = bystander.pid ?? 0;
    writeFileSync(file, JSON.stringify(runs));

    const second = await sandboxes.start({ dataDir });
    await second.client.until((all) => all.some(({ status }) => status === "LOST"));
    await second.client.call("killTasks", { job: jobKey });
    await second.sandbox.stop({ killTasks: true });
    assert.ok(isAlive(bystander.pid ?? 0));
    bystander.kill("SIGKILL");
    await once(bystander, "exit");
  });

  it("goes on with kills, updates and quotas", async () => {
    const dataDir = sandboxes.folder();
    const first = await sandboxes.start({ dataDir });
    const slow = "trap 'sleep 1; exit' TERM; while :; do sleep 0.1; done";
    await first.client.create(jobOf([{ name: "run", cmdline: slow }], service));
    await first.client.untilStatus("RUNNING");
    const quota = { resources: [{ numCpus: 3 }, { ramMb: 30 }, { diskMb: 300 }] };
    await first.client.call("setQuota", { ownerRole: "ada", quota });
    const { taskConfig } = jobOf([{ name: "run", cmdline: "sleep 1000" }], service);
    const settings = { updateGroupSize: 1, minWaitInInstanceRunningMs: 100 };
    await first.client.call("startJobUpdate", { request: { taskConfig, instanceCount: 2, settings } });
    await sandboxes.stop(first.sandbox);

    const { client } = await sandboxes.start({ dataDir });
    await client.until((all) => all.filter(({ status }) => status === "RUNNING").length === 2);
    const summaries = async () =>
      (await client.call("getJobUpdateSummaries", { jobUpdateQuery: { role: "ada" } })).result;
    while (!JSON.stringify(await summaries()).includes("ROLLED_FORWARD")) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { result } = await client.call("getQuota", { ownerRole: "ada" });
    assert.deepEqual(result?.getQuotaResult?.quota, quota);
  });

  it("survives SIGKILL: what it had answered is there again", async () => {
    const dataDir = sandboxes.folder();
    const { child, url } = await sandboxes.serve("--data", dataDir);
    const client = new Client({ url });
    await client.create(jobOf([{ name: "run", cmdline: "sleep 1000" }], { instances: 3 }));
    await client.until((all) => all.every(({ status }) => status === "RUNNING"));
    child.kill("SIGKILL");
    await once(child, "exit");
    const again = await sandboxes.start({ dataDir });
    assert.deepEqual(
      (await again.client.tasks()).map(({ status }) => status),
      ["RUNNING", "RUNNING", "RUNNING"],
    );
  });

  it("refuses to start where another one runs", async () => {
    const { sandbox } = await sandboxes.start();
    await assert.rejects(sandboxes.start({ dataDir: sandbox.dataDir }), /A sandbox already runs on/);
  });
});
