import assert from "node:assert/strict";
import type { TaskConfig } from "../../../components/aurora/job-configuration";
import type { TaskStatus } from "../../../components/aurora/task-status";
import { metadataNames } from "../../../components/aurora/thermos/metadata";
import type { TopologyState } from "../../../components/heron/state";
import { compare, type Wanted } from "../../../components/job/compare";

const config: TaskConfig = {
  job: { role: "heron", environment: "devel", name: "WordCount" },
  owner: { user: "heron" },
  isService: true,
  priority: 0,
  maxTaskFailures: 1,
  production: false,
  resources: [{ numCpus: 1 }, { ramMb: 1024 }],
  constraints: [],
  taskLinks: {},
  executorConfig: { name: "AuroraExecutor", data: { task: { processes: [{ name: "fetch", cmdline: "curl a" }] } } },
  metadata: [{ key: metadataNames.owner, value: "team/dev" }],
  container: { mesos: {} },
};
const wanted: Wanted = {
  inputs: { instances: 2, parallelism: { word: 1 }, topologyId: "WordCount1", state: "running", owner: "team/dev" },
  config,
};
const task = (instanceId: number, live: TaskConfig = { ...config, tier: "preemptible" }): TaskStatus => ({
  instanceId,
  taskId: `task-${instanceId}`,
  status: "RUNNING",
  assignedPorts: {},
  failureCount: 0,
  events: [],
  metadata: live.metadata,
  config: live,
});
const noTree: TopologyState = {
  topology: undefined,
  plan: undefined,
  executionState: undefined,
  scheduler: undefined,
  tmanager: undefined,
  physicalPlan: undefined,
};
const found = (...tasks: TaskStatus[]) =>
  compare(tasks, noTree, wanted).filter(({ what }) => !what.includes("state tree"));

describe("what runs beside what the documents say", () => {
  it("is no difference where the tasks do the same, in whatever order the scheduler tells it", () => {
    const live = { ...config, tier: "preemptible", resources: [...config.resources].reverse() };
    assert.deepEqual(found(task(0, live), task(1)), []);
  });

  it("differs in its number, its owner and its tasks, alike instances told together", () => {
    const other = { ...config, priority: 5, metadata: [] };
    assert.deepEqual(found(task(2, other), task(0, other), task(1)), [
      { what: "instances", runs: "3", wanted: "2" },
      { what: "owner", runs: "nothing and team/dev", wanted: "team/dev" },
      { what: "priority", runs: "5", wanted: "0", instances: [0, 2] },
    ]);
  });

  it("differs in a command, both of which are told", () => {
    const data = { task: { processes: [{ name: "fetch", cmdline: "curl b" }] } };
    const [difference] = found(task(0, { ...config, executorConfig: { name: "AuroraExecutor", data } }), task(1));
    assert.deepEqual(difference, { what: "command fetch", runs: '"curl b"', wanted: '"curl a"', instances: [0] });
  });

  it("differs where the state tree holds nothing", () => {
    assert.deepEqual(
      compare([task(0), task(1)], noTree, wanted).map(({ what, runs }) => [what, runs]),
      [
        ["topology id in the state tree", "nothing"],
        ["parallelism in the state tree", "nothing"],
      ],
    );
  });
});
