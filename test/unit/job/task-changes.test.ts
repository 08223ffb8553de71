import assert from "node:assert/strict";
import type { TaskConfig } from "../../../components/aurora/job-configuration";
import { metadataNames } from "../../../components/aurora/thermos/metadata";
import { doesHash } from "../../../components/job/adopt";
import { taskChanges } from "../../../components/job/task-changes";

const config: TaskConfig = {
  job: { role: "heron", environment: "devel", name: "WordCount" },
  owner: { user: "heron" },
  isService: true,
  priority: 0,
  maxTaskFailures: 1,
  production: false,
  resources: [{ numCpus: 1 }, { ramMb: 1024 }, { namedPort: "http" }],
  constraints: [],
  taskLinks: {},
  executorConfig: {
    name: "AuroraExecutor",
    data: { task: { processes: [{ name: "fetch", cmdline: "curl a" }] }, health_check_config: { interval_secs: 1 } },
  },
  metadata: [{ key: "team", value: "streaming" }],
  container: { mesos: {} },
};
const withCommand = (cmdline: string): TaskConfig => ({
  ...config,
  executorConfig: {
    ...config.executorConfig,
    data: { ...config.executorConfig.data, task: { processes: [{ name: "fetch", cmdline }] } },
  },
});
const marked: TaskConfig = {
  ...config,
  metadata: [...config.metadata, { key: metadataNames.owner, value: "a/b" }, { key: metadataNames.task, value: "1" }],
};

const madeUp = { http: "http://%host%:%port:http%", health: "http://%host%:%port:health%" };
const linked = { http: "http://%host%:%port:http%/threads" };
const fetched = [{ value: "hdfs:///models.tar.gz", extract: true, cache: false }];

describe("what differs between two task configurations", () => {
  it("is told by its part, and our own marks are none", () => {
    assert.deepEqual(taskChanges(config, marked), []);
    assert.deepEqual(taskChanges(config, withCommand("curl b")), ["command fetch"]);
    assert.deepEqual(taskChanges(config, { ...config, priority: 1, metadata: [] }), ["priority", "metadata"]);
    assert.deepEqual(taskChanges(config, { ...config, tier: "preferred" }), ["tier"]);
    assert.deepEqual(taskChanges(config, { ...config, taskLinks: linked, mesosFetcherUris: fetched }), [
      "fetcher URIs",
      "task links",
    ]);
  });

  it("is not a link that the scheduler makes up", () => {
    assert.deepEqual(taskChanges(config, { ...config, taskLinks: madeUp }), []);
  });
});

describe("the hash of what a task does", () => {
  it("is the same with and without our marks, in any order of sets, and with what the scheduler fills in", () => {
    const seen = {
      ...marked,
      tier: "preemptible",
      taskLinks: madeUp,
      resources: [...config.resources].reverse(),
    };
    assert.equal(doesHash(seen), doesHash(config));
  });

  it("is another where it does something else", () => {
    const others = [
      withCommand("curl b"),
      { ...config, resources: [] },
      { ...config, metadata: [] },
      { ...config, taskLinks: linked },
      { ...config, mesosFetcherUris: fetched },
    ];
    for (const other of others) assert.notEqual(doesHash(other), doesHash(config));
  });
});
