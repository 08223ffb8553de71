import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Checkout } from "../../support/checkout";
import { isAlive } from "../../support/process-tree";
import { freePort } from "../../support/ports";
import { Client, jobOf } from "./client";
import { Sandboxes } from "./with-sandbox";

describe("npm run down in a checkout whose state is gone, as in one that was cloned anew", function () {
  this.timeout(60_000);
  const sandboxes = new Sandboxes();
  afterEach(() => sandboxes.tidy());

  for (const [how, isThere] of [
    ["still runs", true],
    ["was killed", false],
  ] as const) {
    it(`ends the tasks of a sandbox that ${how}, as it says`, async () => {
      const folder = sandboxes.folder();
      const data = join(folder, "sandbox");
      const port = await freePort();
      const checkout = new Checkout({ port, folder });
      try {
        const { child, url } = await sandboxes.serve("--data", data, "--port", String(port));
        const client = new Client({ url });
        await client.create(jobOf([{ name: "run", cmdline: "echo $$ > pid; exec sleep 1000" }]));
        const { assignedTask } = await client.untilStatus("RUNNING");
        const pidFile = join(data, "tasks", assignedTask.taskId, "pid");
        while (!existsSync(pidFile)) await sleep(20);
        if (!isThere) child.kill("SIGKILL");
        const { code, output } = await checkout.run("down");
        assert.equal(code, 0, output);
        assert.match(output, /Nothing of the stack 'local' runs any more/);
        assert.ok(!isAlive(Number(readFileSync(pidFile, "utf8"))));
      } finally {
        checkout.dispose();
      }
    });
  }
});
