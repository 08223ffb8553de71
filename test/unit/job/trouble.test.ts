import assert from "node:assert/strict";
import type { TaskStatus } from "../../../components/aurora/task-status";
import { describeTrouble, passedOver, remedies, runningAmong, troubledTasks } from "../../../components/job/trouble";

const now = 1_000_000_000;
const task = (instanceId: number, status: TaskStatus["status"], more: Partial<TaskStatus> = {}): TaskStatus => ({
  instanceId,
  taskId: `task-${instanceId}-${status}`,
  status,
  assignedPorts: {},
  failureCount: 0,
  events: [{ timestamp: now - 1000, status }],
  metadata: [],
  ...more,
});

describe("instances in trouble", () => {
  it("are those that the scheduler holds back, that fail again and again, or that are stuck on their way up", () => {
    const stuck = { events: [{ timestamp: now - 600_000, status: "PENDING" as const }] };
    const tasks = [
      task(3, "PENDING", stuck),
      task(2, "RUNNING", { failureCount: 3 }),
      task(1, "THROTTLED"),
      task(0, "STARTING"),
      task(5, "RUNNING", { failureCount: 30, events: [{ timestamp: now - 600_000, status: "RUNNING" }] }),
      task(4, "RUNNING", { events: [{ timestamp: 0, status: "RUNNING" }] }),
    ];
    assert.deepEqual(
      troubledTasks(tasks, now).map(({ instanceId }) => instanceId),
      [1, 2, 3],
    );
  });

  it("are told with their state, and how they ended last", () => {
    const ended = (at: number, message: string) =>
      task(1, "FAILED", { host: `agent-${at}`, events: [{ timestamp: at, status: "FAILED", message }] });
    const throttled = task(1, "THROTTLED");
    const all = [ended(5, "older"), ended(9, "fetch_heron_system exited 22"), ended(7, "old"), throttled];
    assert.deepEqual(describeTrouble([throttled, task(2, "PENDING")], all), {
      "1": "THROTTLED, FAILED before on agent-9: fetch_heron_system exited 22",
      "2": "PENDING",
    });
  });

  it("are also those that are missing below others, whoever has recorded those", () => {
    const present = (...instances: number[]) => instances.map((instanceId) => ({ instanceId }));
    assert.deepEqual(passedOver(present(0, 1, 3)), [2]);
    assert.deepEqual(passedOver(present(0, 2)), [1]);
    assert.deepEqual(passedOver(present(0, 3)), [1, 2]);
    assert.deepEqual(passedOver(present(0, 1)), []);
    assert.deepEqual(passedOver(present(0, 1, 2, 3)), []);
  });

  it("come back where they are missing and the documents want them; where others scale, their absence is theirs", () => {
    const trouble = { ...describeTrouble([], [], { passed: [1, 3] }), "0": "THROTTLED" };
    assert.deepEqual(remedies({ trouble }, { instances: 3 }), { back: ["1"], awaited: ["0"] });
    assert.deepEqual(remedies({ trouble }, { instances: 4 }), { back: ["1", "3"], awaited: ["0"] });
    assert.deepEqual(remedies({ trouble }, { instances: 4, scaling: "outside" }), { back: [], awaited: ["0"] });
    const aborted = describeTrouble([], [], { missing: [5] }) ?? {};
    assert.deepEqual(remedies({ trouble: aborted }, { instances: 4, scaling: "outside" }).back, ["5"]);
    assert.deepEqual([runningAmong(5, { trouble }), runningAmong(5, {})], [3, 5]);
  });

  it("are nothing to tell where there are none", () => {
    assert.equal(describeTrouble([], []), undefined);
  });
});
