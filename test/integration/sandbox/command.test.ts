import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repoRoot } from "../../support/paths";
import { isAlive } from "../../support/process-tree";
import { Client, jobOf } from "./client";
import { Sandboxes } from "./with-sandbox";

const run = promisify(execFile);
const main = join(repoRoot, "bin", "sandbox", "main.js");

describe("the command `sandbox`", function () {
  this.timeout(30_000);
  const sandboxes = new Sandboxes();
  afterEach(() => sandboxes.tidy());

  const sandbox = (...args: string[]) => run(process.execPath, [main, ...args]);
  const serve = (...args: string[]) => sandboxes.serve(...args);

  it("serves, says where, tells its status, and leaves tasks running when it stops", async () => {
    const data = sandboxes.folder();
    const { url, lines } = await serve("--data", data);
    assert.match(lines[0] ?? "", /^sandbox scheduler http:\/\/127\.0\.0\.1:\d+\/api$/);
    const file = JSON.parse(readFileSync(join(data, "sandbox.json"), "utf8")) as { pid: number; url: string };
    assert.equal(file.url, url);
    assert.match((await sandbox("status", "--data", data)).stdout, new RegExp(`running: process ${file.pid}, ${url}`));

    const client = new Client({ url });
    await client.create(jobOf([{ name: "run", cmdline: "echo $$ > pid; exec sleep 1000" }]));
    const { assignedTask } = await client.untilStatus("RUNNING");
    const pidFile = join(data, "tasks", assignedTask.taskId, "pid");
    while (!existsSync(pidFile)) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal((await sandbox("stop", "--data", data)).stdout, "stopped; tasks go on\n");
    const pid = Number(readFileSync(pidFile, "utf8"));
    assert.ok(isAlive(pid));
    assert.match(
      (await sandbox("stop", "--data", data, "--kill-tasks")).stdout,
      /^was not running; killed what 1 task had left/,
    );
    assert.ok(!isAlive(pid));
    await assert.rejects(sandbox("status", "--data", data), { code: 3 });
  });

  it("kills all tasks when it stops with --kill-tasks", async () => {
    const data = sandboxes.folder();
    const { url } = await serve("--data", data);
    const client = new Client({ url });
    await client.create(jobOf([{ name: "run", cmdline: "trap '' TERM; echo $$ > pid; while :; do sleep 1; done" }]));
    const { assignedTask } = await client.untilStatus("RUNNING");
    const pidFile = join(data, "tasks", assignedTask.taskId, "pid");
    while (!existsSync(pidFile)) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal((await sandbox("stop", "--data", data, "--kill-tasks")).stdout, "stopped; no task is left running\n");
    assert.ok(!isAlive(Number(readFileSync(pidFile, "utf8"))));
  });

  it("says that it only simulates, at the start and on its page", async () => {
    const data = sandboxes.folder();
    const { url, lines } = await serve("--data", data, "--simulate");
    while (lines.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.match(lines[1] ?? "", /only simulates/);
    assert.match(await (await fetch(new URL("/", url))).text(), /only simulates/);
    const client = new Client({ url });
    await client.create(jobOf([{ name: "run", cmdline: "touch here" }]));
    const { assignedTask } = await client.untilStatus("RUNNING");
    assert.ok(!existsSync(join(data, "tasks", assignedTask.taskId)));
    await sandbox("stop", "--data", data);
  });

  it("takes users, environments, hosts' attributes and capacity from its options", async () => {
    const data = sandboxes.folder();
    const users = join(data, "users.ini");
    writeFileSync(users, "[users]\nroot = secret, admin\n[roles]\nadmin = *\n");
    const { url } = await serve(
      ...["--data", data, "--simulate", "--users", users, "--environments", "local", "--cluster", "here"],
      ...["--cpus", "1.5", "--attribute", "rack=a"],
    );
    const thrift = { "content-type": "application/x-thrift" };
    const refused = await fetch(url, { method: "POST", headers: thrift, body: '[1,"createJob",1,1,{}]' });
    assert.equal(refused.status, 401);
    const headers = { authorization: `Basic ${Buffer.from("root:secret").toString("base64")}` };
    const description = jobOf([{ name: "run", cmdline: "true" }], { instances: 3 });
    const create = async (environment: string) => {
      const key = { ...description.key, environment };
      const body = JSON.stringify({
        description: { ...description, key, taskConfig: { ...description.taskConfig, job: key } },
      });
      return (await fetch(url.replace(/api$/, "apibeta/createJob"), { method: "POST", headers, body })).json();
    };
    assert.deepEqual(await create("devel"), {
      responseCode: "INVALID_REQUEST",
      serverInfo: { clusterName: "here", statsUrlPrefix: "" },
      details: [{ message: "Job environment devel doesn't match: local" }],
    });
    await create("local");
    const client = new Client({ url });
    await client.until((all) => all.filter(({ status }) => status === "RUNNING").length === 2);
    const { result } = await client.call("getPendingReason", { query: { role: "ada" } });
    assert.match(JSON.stringify(result), /"reason":"Insufficient: CPU"/);
    await sandbox("stop", "--data", data);
  });

  it("tells its usage to who asks for it", async () => {
    const { stdout, stderr } = await sandbox("--help");
    assert.match(stdout, /^usage: sandbox serve --data DIR/);
    assert.equal(stderr, "");
  });

  it("explains itself when it is called wrongly", async () => {
    await assert.rejects(sandbox("serve"), /usage: sandbox serve --data DIR/);
    await assert.rejects(sandbox("serve", "--data", sandboxes.folder(), "--nope"), /Unknown option '--nope'/);
    await assert.rejects(sandbox("serve", "--data", sandboxes.folder(), "--port", "x"), /--port: 'x' is not a number/);
    await assert.rejects(
      sandbox("serve", "--data", sandboxes.folder(), "--port", "65536"),
      /--port: '65536' is not a port/,
    );
    await assert.rejects(
      sandbox("serve", "--data", sandboxes.folder(), "--host", "0.0.0.0"),
      /only listens on loopback, not on '0.0.0.0'/,
    );
    await assert.rejects(
      sandbox("serve", "--data", sandboxes.folder(), "--users", "/nowhere"),
      /The users file '\/nowhere' is not there/,
    );
  });
});
