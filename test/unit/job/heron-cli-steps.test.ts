import assert from "node:assert/strict";
import { describeChange, touchedContainers } from "../../../components/job/changes";
import { cliSteps } from "../../../components/job/heron-cli/steps";
import type { AuroraJobInputs } from "../../../components/job/inputs";
import { describeTrouble } from "../../../components/job/trouble";

describe("what the heron CLI is made to do", () => {
  const job: AuroraJobInputs = {
    jobKey: "c/r/devel/T",
    scheduler: { url: "http://s" },
    stateTree: { local: { root: "/s" } },
    topologyId: "T1",
    instances: 3,
    resources: { cpu: 1, ramMb: 1, diskMb: 1 },
    packing: "RoundRobinPacking",
    parallelism: { word: 2, count: 2 },
    corePackage: "core1",
    topologyPackage: "package1",
    state: "running",
    taskHash: "t1",
    treeHash: "tree1",
    payload: "p1",
    owner: "p/s",
    resourceUrn: "urn",
    submitter: "heron-cli",
    submission: "s1",
  };
  const words = (change: Partial<AuroraJobInputs>) => describeChange(job, { ...job, ...change });

  it("is nothing for the same inputs, and for a topology that was submitted natively", () => {
    const { submitter, submission, ...native } = job;
    assert.deepEqual([submitter, submission], ["heron-cli", "s1"]);
    assert.equal(describeChange(job, job), undefined);
    assert.equal(describeChange(native, job), undefined);
    assert.equal(describeChange(job, native), undefined);
  });

  it("is an update of the components that differ, a restart, another state", () => {
    const scaled = { parallelism: { word: 2, count: 4 }, instances: 4, taskHash: "t2", treeHash: "tree2" };
    assert.deepEqual(cliSteps(job, { ...job, ...scaled }), {
      resubmit: [],
      restart: false,
      containers: [],
      parallelism: { count: 4 },
      leftOvers: [],
    });
    assert.equal(words(scaled), "heron update: count 4, 3 → 4 containers");
    assert.equal(words({ containerNumber: 4, instances: 5, treeHash: "tree2" }), "heron update: 3 → 5 containers");
    assert.equal(words({ ...scaled, containerNumber: 4, instances: 5 }), "heron update: count 4, 3 → 5 containers");
    assert.equal(words({ runtimeConfig: { a: "1" } }), "heron update: runtime config a = 1");
    assert.equal(words({ restart: "b", taskHash: "t2" }), "heron restart: all containers at once");
    assert.equal(words({ state: "deactivated", treeHash: "tree2" }), "heron deactivate");
  });

  it("tells what goes back to a checkpoint where the topology is effectively-once", () => {
    const back = / \[effectively-once: all containers go back to the last checkpoint\]$/;
    assert.match(words({ stateful: true, restart: "b", taskHash: "t2" }) ?? "", back);
    assert.match(words({ stateful: true, corePackage: "core2" }) ?? "", back);
    assert.match(words({ stateful: true, parallelism: { word: 3, count: 4 }, instances: 4 }) ?? "", back);
    assert.equal(words({ stateful: true, state: "deactivated" }), "heron deactivate");
  });

  it("is an update where a refresh has found another size by others, and no more than a kill of what no plan names", () => {
    const found = { ...job, instances: 4, treeHash: "another packing plan" };
    const back = "heron update: the size that the documents say again, 4 → 3 containers";
    assert.equal(describeChange(found, job), back);
    assert.equal(touchedContainers(found, job), 1);
    assert.equal(describeChange({ ...found, instances: 3 }, job), back.replace("4 → 3", "still 3"));
    assert.equal(
      describeChange(found, { ...job, parallelism: { word: 2, count: 4 } }),
      "heron update: count 4, 4 → 3 containers",
    );
    const leftOver = { ...job, instances: 4 };
    assert.equal(describeChange(leftOver, job), "kill of what no packing plan names, 4 → 3 containers");
    for (const broken of [
      { ...job, instances: 2 },
      { ...job, treeHash: "absent" },
      { ...found, treeHash: "another packing plan, whose containers do not all run" },
      { ...found, taskHash: "unknown" },
    ])
      assert.match(describeChange(broken, job) ?? "", /^kill and submit again/);
  });

  it("names first the containers that go since no packing plan names them, whatever else is changed", () => {
    const found = { ...job, instances: 5, trouble: describeTrouble([], [], { unplanned: [3, 4] }) ?? {} };
    const kill = "kill of container 3, 4, which no packing plan names";
    for (const [change, words, touched] of [
      [{}, kill, 2],
      [{ state: "deactivated", treeHash: "tree2" }, `${kill}; heron deactivate`, 2],
      [
        { parallelism: { word: 2, count: 6 }, instances: 5, taskHash: "t2", treeHash: "tree2" },
        `${kill}; heron update: count 6, 3 → 5 containers`,
      ],
    ] as const) {
      assert.equal(describeChange(found, { ...job, ...change }), words);
      if (touched !== undefined) assert.equal(touchedContainers(found, { ...job, ...change }), touched);
    }
    const { submitter, submission, ...native } = job;
    assert.deepEqual([submitter, submission], ["heron-cli", "s1"]);
    assert.equal(describeChange(found, native), "scale in 5 → 3 containers");
    assert.equal(touchedContainers(found, native), 2);
  });

  it("is kill and submit for everything else, with what a refresh found", () => {
    const again = /^kill and submit again \(heron has no rolling update\): /;
    for (const change of [
      { topologyPackage: "package2", taskHash: "t2", submission: "s2" },
      { corePackage: "core2" },
      { resources: { cpu: 2, ramMb: 1, diskMb: 1 }, parallelism: { word: 3, count: 2 } },
      { submission: "s2" },
      { taskHash: "t2" },
      { instances: 4 },
      { treeHash: "tree2" },
    ]) {
      assert.match(words(change) ?? "", again, JSON.stringify(change));
    }
  });
});
