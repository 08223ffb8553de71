import assert from "node:assert/strict";
import { mock } from "node:test";
import { askingAhead } from "../../../components/aurora/ahead";
import { type AuroraClient, connectAurora } from "../../../components/aurora/client";
import { AuroraError } from "../../../components/aurora/errors";
import { formatJobKey, type JobKey } from "../../../components/aurora/job-key";
import type { TaskStatus } from "../../../components/aurora/task-status";

const job = (number: number, environment = "devel"): JobKey => ({
  ...{ cluster: "sandbox", role: "heron", environment },
  name: `job${number}`,
});
const task = (key: JobKey) => ({ taskId: key.name }) as TaskStatus;
const active = { active: true };
/** Jobs that are asked for by themselves first. */
const few = 4;

/** Answers with one task for each job, and notes what it was asked for: a job's name, or an environment's. */
function asking(all: "told" | "too many" | "refused" | "unreachable" = "told", count = 100, takesMs = 0) {
  const asked: string[] = [];
  const of = connectAurora({ cluster: "sandbox", scheduler: { url: "http://127.0.0.1:1" } });
  const client: AuroraClient = {
    ...of,
    tasks: (key, options) => {
      asked.push(options?.active === true ? key.name : `all of ${key.name}`);
      return Promise.resolve([task(key)]);
    },
    activeTasks: async ({ environment }) => {
      asked.push(environment);
      await Promise.resolve();
      if (takesMs > 0) mock.timers.tick(takesMs);
      if (all === "unreachable") throw new AuroraError("no", { kind: "unreachable" });
      if (all === "refused") throw new AuroraError("no", { kind: "protocol" });
      const keys = Array.from({ length: count }, (_, number) => job(number, environment));
      return all === "told" ? new Map(keys.map((key) => [formatJobKey(key), [task(key)]])) : undefined;
    },
  };
  const ahead = askingAhead(client);
  const ask = async (from: number, to: number, environment?: string) => {
    for (let number = from; number < to; number++) {
      const key = job(number, environment);
      assert.deepEqual(await ahead.tasks(key, active), [task(key)]);
    }
  };
  return { asked, ahead, ask };
}

describe("a client that asks ahead", () => {
  it("asks for few jobs one by one, and for many with one call for all of their environment", async () => {
    const { asked, ask } = asking();
    await ask(0, few);
    assert.equal(asked.length, few);
    await ask(few, 100);
    assert.deepEqual(asked.slice(few), ["devel"]);
  });

  it("finds nothing of a job that is not in the environment", async () => {
    const { ahead, ask } = asking("told", 20);
    await ask(0, 20);
    assert.deepEqual(await ahead.tasks(job(21), active), []);
  });

  it("counts each environment by itself", async () => {
    const { asked, ask } = asking();
    await ask(0, few, "devel");
    await ask(0, few, "prod");
    assert.equal(asked.length, 2 * few);
  });

  it("looks again when what it has seen is three seconds old", async () => {
    mock.timers.enable({ apis: ["Date"] });
    try {
      const { asked, ask } = asking();
      await ask(0, 20);
      mock.timers.tick(2_999);
      await ask(0, 1);
      assert.deepEqual(asked.slice(few), ["devel"]);
      mock.timers.tick(1);
      await ask(0, 2);
      assert.deepEqual(asked.slice(few), ["devel", "devel"]);
    } finally {
      mock.timers.reset();
    }
  });

  for (const all of ["too many", "refused"] as const) {
    it(`goes on one by one, and does not try again, where the answer is: ${all}`, async () => {
      const { asked, ask } = asking(all);
      await ask(0, 8);
      assert.deepEqual(asked.slice(few), ["devel", "job4", "job5", "job6", "job7"]);
    });
  }

  it("makes one call for those that ask at once", async () => {
    const { asked, ahead, ask } = asking();
    await ask(0, few);
    await Promise.all([4, 5, 6, 7].map((number) => ahead.tasks(job(number), active)));
    assert.deepEqual(asked.slice(few), ["devel"]);
  });

  it("goes on one by one where the scheduler takes three seconds to tell of all", async () => {
    mock.timers.enable({ apis: ["Date"] });
    try {
      const { asked, ask } = asking("told", 100, 3_000);
      await ask(0, 6);
      assert.deepEqual(asked.slice(few), ["devel", "job4", "job5"]);
    } finally {
      mock.timers.reset();
    }
  });

  it("fails where the scheduler cannot be reached: each by itself would only be told the same", async () => {
    const { asked, ahead, ask } = asking("unreachable");
    await ask(0, few);
    await assert.rejects(ahead.tasks(job(4), active), { kind: "unreachable" });
    assert.deepEqual(asked.slice(few), ["devel"]);
  });

  it("passes on what asks for more than which tasks are active", async () => {
    const { asked, ahead, ask } = asking();
    await ask(0, 20);
    await ahead.tasks(job(1));
    await ahead.tasks(job(2), { active: true, withConfig: true });
    assert.deepEqual(asked.slice(few + 1), ["all of job1", "job2"]);
  });
});
