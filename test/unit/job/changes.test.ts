import assert from "node:assert/strict";
import {
  changedInputs,
  describeChange,
  differsAtAll,
  movedTree,
  type OldInputs,
  refusedChange,
  restartedContainers,
  touchedContainers,
} from "../../../components/job/changes";
import type { AuroraJobInputs } from "../../../components/job/inputs";
import { describeTrouble } from "../../../components/job/trouble";
import { wordCountInputs } from "./word-count";

const inputs = wordCountInputs;

const changed = (difference: Partial<AuroraJobInputs>) => describeChange(inputs, { ...inputs, ...difference });

describe("what a preview says will be done", () => {
  it("is a submission for a job that is new", () => {
    assert.equal(describeChange(undefined, inputs), "submit 3 containers");
    assert.equal(describeChange({}, { ...inputs, instances: 1 }), "submit 1 container");
  });

  it("is a submission for a job of which a refresh found only the state tree, also when it is scaled outside", () => {
    const outside: AuroraJobInputs = { ...inputs, scaling: "outside" };
    for (const job of [inputs, outside]) {
      assert.equal(describeChange({ ...job, instances: 0 }, job), "submit 3 containers");
      assert.ok(differsAtAll({ ...job, instances: 0 }, job));
      assert.equal(touchedContainers({ ...job, instances: 0 }, job), 0);
    }
  });

  it("is nothing for a job that is as it should be, on whichever machine it is computed", () => {
    assert.equal(changed({}), undefined);
    assert.equal(changed({ payload: "payload-2", resourceUrn: "urn:2", change: "other words" }), undefined);
  });

  it("is to scale, where only the number of containers changes", () => {
    assert.equal(
      changed({ instances: 5, treeHash: "tree-2", parallelism: { words: 2, count: 6 } }),
      "scale out 3 → 5 containers",
    );
    assert.equal(changed({ instances: 2, treeHash: "tree-2" }), "scale in 3 → 2 containers");
  });

  it("names Aurora's limit for the tasks of a job where more are asked for than its default, which no preview can know to be another", () => {
    const beyond = "[more than 4000: refused unless the scheduler runs with a larger -max_tasks_per_job]";
    const large = { ...inputs, instances: 4001 };
    assert.equal(describeChange(undefined, large), `submit 4001 containers ${beyond}`);
    assert.equal(changed({ instances: 4001, treeHash: "tree-2" }), `scale out 3 → 4001 containers ${beyond}`);
    assert.equal(
      describeChange({ ...inputs, state: "deactivated" }, large),
      `scale out 3 → 4001 containers ${beyond}; activate`,
    );
    assert.equal(describeChange(undefined, { ...inputs, instances: 4000 }), "submit 4000 containers");
    assert.equal(describeChange(large, { ...large, state: "deactivated" }), "deactivate");
    assert.equal(describeChange({ ...large, instances: 4002 }, large), "scale in 4002 → 4001 containers");
    assert.equal(describeChange(undefined, { ...large, scheduler: { local: {} } }), "submit 4001 containers");
  });

  it("is a rolling restart with its batch and its reasons, where the task changes", () => {
    assert.equal(
      changed({ taskHash: "task-2", corePackage: "file:///core-2.tar.gz", update: { batchSize: 2 } }),
      "rolling restart of 3 containers, 2 at a time (core package)",
    );
    assert.equal(
      changed({ taskHash: "task-2", restart: "today", topologyPackage: "file:///topology-2.tar.gz" }),
      "rolling restart of 3 containers, 1 at a time (restart asked, topology package)",
    );
    assert.equal(changed({ taskHash: "task-2" }), "rolling restart of 3 containers, 1 at a time (task configuration)");
  });

  it("never claims a batch larger than the job", () => {
    assert.match(changed({ taskHash: "task-2", update: { batchSize: 50 } }) ?? "", /3 containers, 3 at a time/);
  });

  it("names both, where containers restart and their number changes", () => {
    assert.equal(
      changed({ taskHash: "task-2", resources: { ...inputs.resources, cpu: 2 }, instances: 4 }),
      "rolling restart of 3 containers, 1 at a time (container resources); scale out 3 → 4 containers",
    );
  });

  it("begins with danger, where only another job key will do", () => {
    assert.match(
      changed({ jobKey: "west/heron/devel/Other" }) ?? "",
      /^replace: kill west\/heron\/devel\/WordCount, submit/,
    );
  });

  it("is to activate or deactivate", () => {
    assert.equal(changed({ state: "deactivated", treeHash: "tree-2" }), "deactivate");
    assert.equal(describeChange({ ...inputs, state: "deactivated" }, inputs), "activate");
  });

  it("is a new plan in place, where instances move between containers that stay", () => {
    assert.equal(changed({ treeHash: "tree-2", parallelism: { words: 3, count: 1 } }), "new packing plan in place");
  });

  it("is a restart of single containers, each once, where a new trigger asks for them and nothing else restarts them", () => {
    const restartContainers = { trigger: "today", containers: [0, 2] };
    assert.equal(changed({ restartContainers }), "restart of container 0, 2");
    const twice = { ...restartContainers, containers: [2, 0, 2] };
    assert.equal(changed({ restartContainers: twice }), "restart of container 2, 0");
    assert.deepEqual(restartedContainers({ ...inputs, restartContainers }, { ...inputs, restartContainers }), []);
    assert.deepEqual(restartedContainers(inputs, { ...inputs, restartContainers, taskHash: "task-2" }), []);
  });

  it("names what differs in the task, but not the commands that follow from an input that is named", () => {
    const news = { ...inputs, taskHash: "task-2", topologyPackage: "file:///topology-2.tar.gz" };
    const parts = ["command fetch_user_package", "command launch_heron_executor", "health check"];
    assert.match(
      describeChange(inputs, news, { taskParts: parts, moved: 0 }) ?? "",
      /\(topology package, command launch_heron_executor, health check\)/,
    );
  });

  it("says what a restart costs a topology that counts effectively once", () => {
    const stateful = true as const;
    const cost = / \[effectively-once: all containers go back to the last checkpoint\]/;
    assert.match(changed({ stateful, instances: 4 }) ?? "", cost);
    assert.match(changed({ stateful, taskHash: "task-2" }) ?? "", cost);
    assert.doesNotMatch(changed({ stateful, state: "deactivated" }) ?? "", cost);
  });

  it("is nothing where only the size differs of a topology that is scaled outside, until the document takes it back", () => {
    const outside: AuroraJobInputs = { ...inputs, scaling: "outside" };
    const grown = { ...outside, instances: 9, parallelism: { words: 9 }, treeHash: "theirs" };
    assert.equal(describeChange(grown, outside), undefined);
    assert.equal(differsAtAll(grown, outside), false);
    assert.equal(describeChange(inputs, outside), undefined);
    assert.ok(differsAtAll(inputs, outside), "it is recorded, for the next refresh to know");
    assert.equal(describeChange({ ...outside, treeHash: "absent" }, outside), "new packing plan in place");
    assert.match(describeChange(outside, inputs) ?? "", /^scale to 3 containers, as the document says again$/);
    assert.match(describeChange(grown, { ...outside, taskHash: "task-2" }) ?? "", /^rolling restart of all containers/);
  });

  it("is to adopt, where the document says so", () => {
    assert.match(describeChange(undefined, { ...inputs, adopt: true }) ?? "", /^adopt the job if it is there/);
  });

  it("is to wait for containers that a refresh found in trouble", () => {
    assert.equal(describeChange({ ...inputs, trouble: { "2": "THROTTLED" } }, inputs), "wait for container 2");
  });

  it("says of a refresh's finding what will mend it", () => {
    assert.equal(describeChange({ ...inputs, instances: 2 }, inputs), "scale out 2 → 3 containers");
    assert.match(describeChange({ ...inputs, taskHash: "unknown" }, inputs) ?? "", /rolling restart/);
  });
});

describe("the containers that a change touches", () => {
  const touched = (difference: Partial<AuroraJobInputs>) => touchedContainers(inputs, { ...inputs, ...difference });

  it("are those that it adds, removes or restarts", () => {
    assert.equal(touched({ instances: 5 }), 2);
    assert.equal(touched({ instances: 1 }), 2);
    assert.equal(touched({ taskHash: "task-2", instances: 2 }), 3);
    assert.equal(touched({ restartContainers: { trigger: "today", containers: [1] }, instances: 4 }), 2);
    assert.equal(touched({ state: "deactivated", treeHash: "tree-2" }), 0);
    assert.equal(touchedContainers({}, inputs), 0);
  });

  it("are also those that come back, of which others of a higher number tell", () => {
    const trouble = describeTrouble([], [], { passed: [1] }) ?? {};
    assert.equal(touchedContainers({ ...inputs, trouble }, inputs), 1);
    assert.equal(touchedContainers({ ...inputs, trouble, instances: 4 }, inputs), 2);
  });

  it("are those that others have added, where the documents say the size again", () => {
    assert.equal(touchedContainers({ ...inputs, scaling: "outside" }, inputs, 8), 5);
  });

  it("are refused beyond update.maxContainers, with what was asked and what to do", () => {
    const news = { ...inputs, taskHash: "task-2", update: { maxContainers: 2 } };
    assert.match(
      refusedChange(inputs, news) ?? "",
      /rolling restart of 3 containers.*touches 3 containers of west\/heron\/devel\/WordCount.*allows 2/,
    );
    assert.equal(refusedChange(inputs, { ...news, update: { maxContainers: 3 } }), undefined);
    assert.equal(refusedChange({}, { ...news, update: { maxContainers: 1 } }), undefined);
  });

  it("are all of them where heron can only kill the topology and submit it again", () => {
    const cli: AuroraJobInputs = { ...inputs, submitter: "heron-cli", submission: "told-1" };
    assert.equal(touchedContainers(cli, { ...cli, submission: "told-2" }), 3);
    assert.equal(touchedContainers({ ...cli, treeHash: "absent" }, cli), 3);
    assert.equal(touchedContainers(cli, { ...cli, packing: "FirstFitDecreasingPacking" }), 3);
    assert.equal(touchedContainers(cli, { ...cli, state: "deactivated" }), 0);
  });
});

describe("a change of the scheduler", () => {
  it("says that a job which is on neither is submitted", () => {
    assert.equal(
      changed({ scheduler: { url: "http://other:8081" } }),
      "in place: scheduler; submit 3 containers if neither scheduler has the job",
    );
    assert.equal(changed({ scheduler: { ...inputs.scheduler, observerPort: 1339 } }), "in place: scheduler");
  });

  it("between Aurora and Heron's local one is refused while the topology runs, unless the job key changes too", () => {
    const onThisMachine = { ...inputs, scheduler: { local: {} } };
    const there = /WordCount runs on Aurora, and the document's 'scheduler' says another.*Destroy it there first/;
    assert.match(refusedChange(inputs, onThisMachine) ?? "", there);
    assert.match(refusedChange(onThisMachine, inputs) ?? "", /runs on Heron's local scheduler/);
    assert.equal(refusedChange(inputs, { ...onThisMachine, jobKey: "laptop/heron/devel/WordCount" }), undefined);
    assert.equal(refusedChange({ ...inputs, instances: 0 }, onThisMachine), undefined);
    assert.equal(
      refusedChange(onThisMachine, { ...onThisMachine, scheduler: { local: { workingDirectory: "/w" } } }),
      undefined,
    );
    assert.equal(refusedChange(inputs, { ...inputs, scheduler: { url: "http://other:8081" } }), undefined);
  });
});

describe("inputs that differ", () => {
  it("do so whatever the order of their keys", () => {
    assert.deepEqual(changedInputs({ ...inputs, parallelism: { count: 2, words: 2 } }, inputs), []);
  });

  it("are recorded without touching the job, where they only say how to work", () => {
    const news = { ...inputs, update: { batchSize: 5 }, timeouts: { create: 1 }, adopt: true as const };
    assert.deepEqual(changedInputs(inputs, news), []);
    assert.ok(differsAtAll(inputs, news));
    assert.equal(describeChange(inputs, news), undefined);
  });

  it("are none where only the way to the same content differs", () => {
    assert.ok(!differsAtAll(inputs, { ...inputs, payload: "payload-2", resourceUrn: "urn:2", change: "words" }));
  });

  it("are those that an earlier version did not have, or had besides", () => {
    const older: OldInputs = Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "packing"));
    assert.deepEqual(changedInputs(older, inputs), ["packing"]);
    assert.deepEqual(changedInputs({ ...inputs, ...{ formerly: 1 } }, inputs), ["formerly"]);
  });
});

describe("the state tree's place", () => {
  const at = (zookeeper: object): AuroraJobInputs => ({
    ...inputs,
    stateTree: { zookeeper } as AuroraJobInputs["stateTree"],
  });

  it("is another when its servers or its root are, so that the old one is cleaned", () => {
    assert.ok(movedTree(at({ servers: "zk:2181" }), at({ servers: "other:2181" })));
    assert.ok(movedTree(at({ servers: "zk:2181" }), at({ servers: "zk:2181", root: "/other" })));
  });

  it("is the same whatever order an earlier version kept its keys in: the tree of a running topology is not erased", () => {
    assert.ok(!movedTree(at({ servers: "zk:2181", root: "/heron" }), at({ root: "/heron", servers: "zk:2181" })));
  });

  it("is the same where nothing was recorded", () => {
    assert.ok(!movedTree({}, inputs));
  });

  it("stays where it is for a topology on Heron's local scheduler, which is found by it alone", () => {
    const local = { ...at({ servers: "zk:2181" }), scheduler: { local: {} } };
    const moved = { ...local, stateTree: { local: { root: "/other" } } };
    assert.match(refusedChange(local, moved) ?? "", /found by the state tree alone.*Nothing was touched/);
    assert.equal(refusedChange({ ...local, instances: 0 }, moved), undefined);
  });
});
