import assert from "node:assert/strict";
import type { AuroraClient } from "../../../components/aurora/client";
import type { LastWords } from "../../../components/aurora/observer";
import type { TaskStatus } from "../../../components/aurora/task-status";
import { reasons, waitUntilRunning } from "../../../components/job/wait";

const job = { cluster: "west", role: "heron", environment: "devel", name: "WordCount" };
type Looks = Partial<Pick<TaskStatus, "status" | "failureCount">>;

/** A scheduler of one task, which looks so at the first look, so at the second, and at last ever so. */
function scheduler(looks: readonly Looks[], reason = ""): AuroraClient {
  let at = 0;
  const tasks = () => {
    const look = looks[Math.min(at++, looks.length - 1)];
    const events = [{ timestamp: 1, status: "FAILED" as const, message: "exited 22" }];
    return Promise.resolve([
      {
        instanceId: 0,
        taskId: "t",
        status: "RUNNING",
        failureCount: 0,
        assignedPorts: {},
        metadata: [],
        events,
        ...look,
      },
    ]);
  };
  const pendingReasons = () => Promise.resolve([{ taskId: "t", reason }]);
  return { tasks, pendingReasons, lastWords: () => Promise.resolve(undefined) } as unknown as AuroraClient;
}

const wait = (looks: readonly Looks[], seconds = 5) =>
  waitUntilRunning(scheduler(looks), job, [0], seconds, () => undefined);

describe("waiting until instances run", () => {
  it("is over at once for one that runs, however often it has failed in its life", async () => {
    await wait([{ failureCount: 40 }]);
  });

  it("goes on for one that was held back before, whose cause may be mended by now", async () => {
    await wait([
      { status: "THROTTLED", failureCount: 7 },
      { status: "STARTING", failureCount: 7 },
      { failureCount: 7 },
    ]);
  });

  it("gives up on one that fails three times while we wait, or is held back for failing then", async () => {
    const failing = [4, 5, 6, 7].map((failureCount) => ({ status: "STARTING" as const, failureCount }));
    await assert.rejects(wait(failing), /does not come up/);
    const held = [{ status: "STARTING" as const }, { status: "THROTTLED" as const, failureCount: 1 }];
    await assert.rejects(wait(held), /does not come up/);
  });

  it("counts anew for an instance that was replaced", async () => {
    const replaced = [{ status: "KILLING" as const, failureCount: 9 }, { status: "STARTING" as const }, {}];
    await wait(replaced);
  });

  it("says after a time why an instance is PENDING", async () => {
    const said: string[] = [];
    const pending = scheduler([{ status: "PENDING" }], "Insufficient: cpu");
    const waiting = waitUntilRunning(pending, job, [0], 7, (line) => said.push(line));
    await assert.rejects(waiting, /was not RUNNING within 7 s/);
    assert.ok(said.includes("0 of 1 instances RUNNING, 1 PENDING (Insufficient: cpu)"), said.join("\n"));
  }).timeout(20_000);
});

describe("the reasons of instances that do not run", () => {
  const task = (changes: object) => ({
    instanceId: 0,
    taskId: "t",
    status: "PENDING",
    failureCount: 0,
    assignedPorts: {},
    metadata: [],
    events: [],
    ...changes,
  });
  const told = (tasks: readonly object[], words?: LastWords) =>
    reasons(
      {
        tasks: () => Promise.resolve(tasks),
        pendingReasons: () => Promise.resolve([{ taskId: "new", reason: "Insufficient: cpu" }]),
        lastWords: () => Promise.resolve(words),
      } as unknown as AuroraClient,
      job,
      [0],
    );
  const ended = (status: string, message: string) =>
    task({ taskId: "old", status, host: "agent-7", events: [{ timestamp: 1, status, message }] });
  const successor = task({ taskId: "new", events: [{ timestamp: 2, status: "PENDING" }] });

  it("are why it is PENDING where its predecessor was killed on purpose", async () => {
    const killed = ended("KILLED", "no longer in the packing plan");
    assert.equal(await told([killed, successor]), "  instance 0 PENDING: Insufficient: cpu");
  });

  it("are its failure, and why its successor is PENDING, where it failed", async () => {
    assert.equal(
      await told([ended("LOST", "the agent is gone"), successor]),
      "  instance 0 LOST on agent-7: the agent is gone\n    its successor is PENDING: Insufficient: cpu",
    );
  });

  it("are what a process that fetches said last and what to do about it, and of another what it said alone", async () => {
    const failed = [ended("FAILED", "Task failed.")];
    const said = {
      lines: ["heron-core.tar.gz has sha256 0abc, expected 1def"],
      page: "http://agent-7:1338/browse/old",
    };
    assert.match(
      await told(failed, { process: "fetch_heron_system", ...said }),
      /fetch_heron_system: .*has sha256.*\n {4}\(more at .*\n {4}\(.*delete it there and run 'pulumi up --refresh'/,
    );
    assert.doesNotMatch(await told(failed, { process: "launch_heron_executor", ...said }), /--refresh/);
  });
});
