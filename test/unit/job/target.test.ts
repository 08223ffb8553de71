import assert from "node:assert/strict";
import type { TaskStatus } from "../../../components/aurora/task-status";
import { metadataNames } from "../../../components/aurora/thermos/metadata";
import type { AuroraJobInputs } from "../../../components/job/inputs";
import { standing, wantedInstances } from "../../../components/job/target";

const task = (instanceId: number, hash = "wanted"): TaskStatus => ({
  instanceId,
  taskId: `task-${instanceId}`,
  status: "RUNNING",
  assignedPorts: {},
  failureCount: 0,
  events: [],
  metadata: [{ key: metadataNames.task, value: hash }],
});
const upTo = (instances: number) => Array.from({ length: instances }, (_, instance) => instance);
const target = { inputs: { taskHash: "wanted", owner: "project/stack" } as AuroraJobInputs };
const stands = (instances: number, ...tasks: TaskStatus[]) => standing(target, tasks, upTo(instances));

describe("how the active tasks stand against what should run", () => {
  it("needs nothing when each instance runs the wanted configuration", () => {
    assert.deepEqual(stands(2, task(1), task(0)), { outdated: [], missing: [], extra: [], missingAtEnd: true });
  });

  it("tells instances of another configuration, and of none of ours", () => {
    assert.deepEqual(stands(3, task(0), task(1, "other"), { ...task(2), metadata: [] }).outdated, [1, 2]);
  });

  it("tells missing instances at the end, which can be added in place", () => {
    const { missing, missingAtEnd } = stands(4, task(0), task(1));
    assert.deepEqual([missing, missingAtEnd], [[2, 3], true]);
  });

  it("tells a missing instance in the middle, whose id adding would not give back", () => {
    const { missing, missingAtEnd } = stands(3, task(0), task(2));
    assert.deepEqual([missing, missingAtEnd], [[1], false]);
  });

  it("tells instances beyond the wanted number, of whichever configuration, and would not roll for them", () => {
    const { extra, outdated } = stands(1, task(0), task(3, "other"), task(2));
    assert.deepEqual([extra, outdated], [[2, 3], []]);
  });
});

describe("the instances that should run", () => {
  const inputs = { instances: 3 } as AuroraJobInputs;

  it("are those of the packing plan", () => {
    assert.deepEqual(wantedInstances(inputs, [task(0), task(7)]), [0, 1, 2]);
  });

  it("are those that are there, where the job is scaled outside, and those of the plan where there is none yet", () => {
    const outside: AuroraJobInputs = { ...inputs, scaling: "outside" };
    assert.deepEqual(wantedInstances(outside, [task(7), task(0)]), [0, 7]);
    assert.deepEqual(wantedInstances(outside, []), [0, 1, 2]);
  });
});
