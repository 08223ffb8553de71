import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "../../../sandbox";
import { jobKey, jobOf } from "./client";
import { isAlive } from "../../support/process-tree";
import { Sandboxes } from "./with-sandbox";

describe("a task in the sandbox", function () {
  this.timeout(30_000);
  const sandboxes = new Sandboxes();
  afterEach(() => sandboxes.tidy());

  const folderOf = ({ dataDir }: Sandbox, taskId: string) => join(dataDir, "tasks", taskId);
  const page = async ({ url }: Sandbox, path: string) => (await fetch(new URL(path, url))).text();
  const eventOf = (events: readonly { status: string; message?: string }[], status: string) =>
    events.find((event) => event.status === status)?.message;

  it("runs its processes in order, in a folder of its own, and ends FINISHED", async () => {
    const { sandbox, client } = await sandboxes.start();
    const processes = [
      { name: "second", cmdline: "cat one; echo two" },
      { name: "first", cmdline: "sleep 0.3; echo one > one; pwd" },
    ];
    await client.create(jobOf(processes, { task: { constraints: [{ order: ["first", "second"] }] } }));
    const { assignedTask } = await client.untilStatus("FINISHED");
    const folder = folderOf(sandbox, assignedTask.taskId);
    assert.equal(await page(sandbox, `/tasks/${assignedTask.taskId}/second/stdout`), "one\ntwo\n");
    assert.equal(await page(sandbox, `/tasks/${assignedTask.taskId}/first/stdout`), `${folder}\n`);
    assert.ok(existsSync(join(folder, ".logs", "first", "0", "stderr")));
  });

  it("gives processes a bare environment with the folder as HOME", async () => {
    process.env.SANDBOX_TEST_SECRET = "1";
    const { sandbox, client } = await sandboxes.start();
    await client.create(jobOf([{ name: "show", cmdline: "env" }]));
    const { assignedTask } = await client.untilStatus("FINISHED");
    const env = await page(sandbox, `/tasks/${assignedTask.taskId}/show/stdout`);
    assert.match(env, new RegExp(`^HOME=${folderOf(sandbox, assignedTask.taskId)}$`, "m"));
    assert.match(env, /^PATH=/m);
    assert.doesNotMatch(env, /SANDBOX_TEST_SECRET/);
  });

  it("has instance, task id, host and ports filled into its command lines", async () => {
    const { sandbox, client } = await sandboxes.start();
    const cmdline = "echo {{mesos.instance}} {{mesos.hostname}} {{thermos.task_id}} {{thermos.ports[http]}}";
    await client.create(jobOf([{ name: "show", cmdline }], { ports: ["http"], instances: 2 }));
    const tasks = await client.until((all) => all.every(({ status }) => status === "FINISHED"));
    const ports = tasks.map(({ assignedTask }) => assignedTask.assignedPorts.http);
    assert.notEqual(ports[0], ports[1]);
    for (const { assignedTask } of tasks) {
      const shown = await page(sandbox, `/tasks/${assignedTask.taskId}/show/stdout`);
      const { instanceId, taskId, assignedPorts } = assignedTask;
      assert.equal(shown, `${instanceId} localhost ${taskId} ${assignedPorts.http}\n`);
    }
  });

  it("fails when it refers to a port that it did not ask for, and says which", async () => {
    const { client } = await sandboxes.start();
    await client.create(jobOf([{ name: "run", cmdline: "echo {{thermos.ports[nope]}}" }]));
    const { taskEvents } = await client.untilStatus("FAILED");
    assert.equal(eventOf(taskEvents, "FAILED"), "Failed to interpolate task, missing: {{thermos.ports[nope]}}");
  });

  it("fails when a process does, names it, and does not run what comes after it", async () => {
    const { sandbox, client } = await sandboxes.start();
    const processes = [
      { name: "fetch_heron_system", cmdline: "exit 22" },
      { name: "launch", cmdline: "touch launched" },
    ];
    await client.create(jobOf(processes, { task: { constraints: [{ order: ["fetch_heron_system", "launch"] }] } }));
    const { taskEvents, assignedTask } = await client.untilStatus("FAILED");
    assert.equal(eventOf(taskEvents, "FAILED"), "Task failed.");
    assert.ok(!existsSync(join(folderOf(sandbox, assignedTask.taskId), "launched")));
  });

  it("fails when a process exits with a signal's code by itself, and runs one again that a signal ended", async () => {
    const { sandbox, client } = await sandboxes.start();
    const cmdline = "echo x >> runs; test $(wc -l < runs) -ge 2 && exit 143; kill -KILL $$";
    await client.create(jobOf([{ name: "run", cmdline, min_duration: 0 }]));
    const { assignedTask } = await client.untilStatus("FAILED");
    assert.equal(readFileSync(join(folderOf(sandbox, assignedTask.taskId), "runs"), "utf8"), "x\nx\n");
  });

  it("runs a process again that may fail more often, after its min_duration", async () => {
    const { sandbox, client } = await sandboxes.start();
    const cmdline = "echo x >> runs; test $(wc -l < runs) -ge 3";
    await client.create(jobOf([{ name: "retry", cmdline, max_failures: 3, min_duration: 0 }]));
    const { assignedTask } = await client.untilStatus("FINISHED");
    assert.equal(readFileSync(join(folderOf(sandbox, assignedTask.taskId), "runs"), "utf8"), "x\nx\nx\n");
  });

  it("ends ephemeral processes with the others, and runs final ones last", async () => {
    const { sandbox, client } = await sandboxes.start();
    const processes = [
      { name: "forever", cmdline: "echo $$ > forever.pid; exec sleep 1000", ephemeral: true },
      { name: "work", cmdline: "sleep 0.3; echo work >> order" },
      { name: "clean", cmdline: "echo clean >> order", final: true },
    ];
    await client.create(jobOf(processes));
    const { assignedTask } = await client.untilStatus("FINISHED");
    const folder = folderOf(sandbox, assignedTask.taskId);
    assert.equal(readFileSync(join(folder, "order"), "utf8"), "work\nclean\n");
    assert.ok(!isAlive(Number(readFileSync(join(folder, "forever.pid"), "utf8"))));
  });

  it("runs no more processes at once than max_concurrency", async () => {
    const { sandbox, client } = await sandboxes.start();
    const cmdline = "mkdir lock && sleep 0.2 && rmdir lock";
    const processes = ["a", "b", "c"].map((name) => ({ name, cmdline }));
    await client.create(jobOf(processes, { task: { max_concurrency: 1 } }));
    const { assignedTask } = await client.untilStatus("FINISHED");
    assert.ok(!existsSync(join(folderOf(sandbox, assignedTask.taskId), "lock")));
  });

  it("is killed by SIGTERM, in time to tidy up", async () => {
    const { sandbox, client } = await sandboxes.start();
    const cmdline = "trap 'echo tidy > tidied; exit 0' TERM; touch ready; while :; do sleep 0.1; done";
    await client.create(jobOf([{ name: "run", cmdline }]));
    const { assignedTask } = await client.untilStatus("RUNNING");
    const folder = folderOf(sandbox, assignedTask.taskId);
    while (!existsSync(join(folder, "ready"))) await new Promise((resolve) => setTimeout(resolve, 20));
    await client.call("killTasks", { job: jobKey, message: "enough" });
    const { taskEvents } = await client.untilStatus("KILLED");
    assert.equal(eventOf(taskEvents, "KILLING"), "Killed by UNSECURE.\nenough");
    assert.ok(existsSync(join(folder, "tidied")));
  });

  it("is killed by SIGKILL when it does not listen, with all that it started", async () => {
    const { sandbox, client } = await sandboxes.start();
    const cmdline =
      "trap '' TERM; setsid sh -c 'trap \"\" TERM; echo $$ > away.pid; sleep 1000' & sleep 1000 & echo $! > near.pid; " +
      "while :; do sleep 0.1; done";
    await client.create(jobOf([{ name: "run", cmdline }], { task: { finalization_wait: 1 } }));
    const { assignedTask } = await client.untilStatus("RUNNING");
    const folder = folderOf(sandbox, assignedTask.taskId);
    const files = ["away.pid", "near.pid"].map((name) => join(folder, name));
    while (!files.every((file) => existsSync(file) && readFileSync(file, "utf8") !== "")) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const pids = files.map((file) => Number(readFileSync(file, "utf8")));
    await client.call("killTasks", { job: jobKey });
    await client.untilStatus("KILLED");
    assert.deepEqual(pids.map(isAlive), [false, false]);
  });

  it("is asked to quit over HTTP first when it has a lifecycle", async () => {
    const { sandbox, client } = await sandboxes.start();
    const data = { lifecycle: { http: { port: "health" } }, announce: { portmap: { health: "http" } } };
    await client.create(jobOf([server("ok")], { ports: ["http"], data: { ...data, ...quickChecks } }));
    const { assignedTask } = await client.untilStatus("RUNNING");
    await client.call("killTasks", { job: jobKey });
    await client.untilStatus("KILLED");
    assert.equal(await page(sandbox, `/tasks/${assignedTask.taskId}/server/stdout`), "POST /quitquitquit\n");
  });

  it("is STARTING until its health check passes, then RUNNING", async () => {
    const { sandbox, client } = await sandboxes.start();
    const processes = [
      { ...server("ok"), cmdline: `while ! test -e go; do sleep 0.05; done; ${server("ok").cmdline}` },
    ];
    await client.create(jobOf(processes, { ports: ["http"], data: { ...healthOnHttp, ...patientChecks } }));
    const { assignedTask } = await client.untilStatus("STARTING");
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal((await client.tasks())[0]?.status, "STARTING");
    writeFileSync(join(folderOf(sandbox, assignedTask.taskId), "go"), "");
    const { taskEvents } = await client.untilStatus("RUNNING");
    assert.deepEqual(
      taskEvents.map(({ status }) => status),
      ["PENDING", "ASSIGNED", "STARTING", "RUNNING"],
    );
  });

  it("fails when its health check does, and says what was wrong", async () => {
    const { client } = await sandboxes.start();
    await client.create(jobOf([server("no")], { ports: ["http"], data: { ...healthOnHttp, ...quickChecks } }));
    const { taskEvents } = await client.untilStatus("FAILED");
    assert.equal(
      eventOf(taskEvents, "FAILED"),
      'Failed health check! Response differs from expected response (expected "ok", got "no")',
    );
  });

  it("fails when nothing listens on its health port", async () => {
    const { client } = await sandboxes.start();
    const processes = [{ name: "deaf", cmdline: "sleep 1000" }];
    await client.create(jobOf(processes, { ports: ["http"], data: { ...healthOnHttp, ...quickChecks } }));
    const { taskEvents } = await client.untilStatus("FAILED");
    assert.match(eventOf(taskEvents, "FAILED") ?? "", /^Failed health check! Failed to signal .*ECONNREFUSED/);
  });

  it("is rescheduled when it is a service that ends, and throttled when it keeps ending", async () => {
    const flapping = { thresholdMs: 60_000, initialDelayMs: 600, maxDelayMs: 1000 };
    const { client } = await sandboxes.start({ flapping });
    await client.create(jobOf([{ name: "run", cmdline: "exit 1" }], { config: { isService: true } }));
    const tasks = await client.until((all) => all.some(({ status }) => status === "THROTTLED"));
    const throttled = tasks.find(({ status }) => status === "THROTTLED");
    assert.match(
      throttled?.taskEvents[0]?.message ?? "",
      /^Rescheduled, penalized for (6\d\d|[7-9]\d\d|1000) ms for flapping$/,
    );
    assert.equal(throttled?.failureCount, 2);
    await client.until((all) => all.filter(({ status }) => status === "FAILED").length >= 3);
  });

  const healthOnHttp = { announce: { portmap: { health: "http" } } };
  const quickChecks = { health_check_config: { initial_interval_secs: 1, interval_secs: 0.25, timeout_secs: 1 } };
  const patientChecks = { health_check_config: { initial_interval_secs: 20, interval_secs: 0.1, timeout_secs: 1 } };

  /** A process that serves its health on the port `http` and quits when asked. */
  function server(health: string) {
    const script =
      `require("http").createServer((q, s) => { ` +
      `if (q.method === "POST") { console.log(q.method, q.url); process.exitCode = 0; s.end("bye", () => process.exit()); } ` +
      `else s.end("${health}"); }).listen({{thermos.ports[http]}}, "127.0.0.1")`;
    return { name: "server", cmdline: `exec '${process.execPath}' -e '${script}'` };
  }
});
