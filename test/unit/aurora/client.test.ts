import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { connectAurora, type AuroraClient } from "../../../components/aurora/client";
import { AuroraError, type AuroraErrorKind } from "../../../components/aurora/errors";
import type { JobKey } from "../../../components/aurora/job-key";
import { jobFromThrift, keyFromThrift, taskFromThrift } from "../../../components/aurora/job-thrift";
import type { Wire } from "../../../components/aurora/protocol";
import { resourcesFromThrift } from "../../../components/aurora/role";
import type * as thrift from "../../../components/aurora/thrift/gen/api_types";
import type { UpdateKey, UpdateSettings } from "../../../components/aurora/update";
import { bytes, readCall, recording, recordings, status, tjson, type Exchange } from "./recordings";
import { serve, type TestServer } from "./servers";

const cluster = "devcluster";
const job: JobKey = { cluster, role: "heron", environment: "devel", name: "WordCount" };

let current: Exchange;
let server: TestServer;
let client: AuroraClient;

before(async () => {
  server = await serve((_request, response) => {
    response.writeHead(status(current), { "content-type": "application/vnd.apache.thrift.json" });
    response.end(bytes(current.response.body));
  });
  client = connectAurora({ cluster, scheduler: { url: server.url }, retryForMs: 0 });
});

after(async () => {
  await client.close();
  await server.close();
});

function playing(name: string): AuroraClient {
  current = recording(name);
  return client;
}

function rejectsWith(kind: AuroraErrorKind, words: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof AuroraError, String(error));
    assert.equal(error.kind, kind, error.message);
    assert.match(error.message, words);
    return true;
  };
}

describe("AuroraClient, saying what was recorded", () => {
  it("sends the recorded body for every recorded call that it has words for, and fails when the scheduler did not say OK", async () => {
    const said: Record<string, number> = {};
    for (const exchange of recordings()) {
      const body = bytes(exchange.request.body);
      if (!body.toString().startsWith("[1,") || status(exchange) !== 200 || NOT_SAID.has(exchange.name)) {
        continue;
      }
      const { method, args } = readCall(body);
      const say = inOurWords(method, args);
      if (say === undefined) {
        continue;
      }
      current = exchange;
      const failure = await say(client).then(
        () => undefined,
        (error: unknown) => error,
      );
      const code = /^\[1,"\w+",2,-?\d+,\{"0":\{"rec":\{"1":\{"i32":(\d)\}/.exec(exchange.response.body.text ?? "")?.[1];
      assert.equal(failure instanceof AuroraError, code !== "1", `${exchange.name}: ${String(failure)}`);
      assert.deepEqual(withoutDefaults(tjson(server.seen.at(-1)!.body)), withoutDefaults(tjson(body)), exchange.name);
      said[method] = (said[method] ?? 0) + 1;
    }
    assert.deepEqual(said, {
      abortJobUpdate: 2,
      addInstances: 6,
      createJob: 68,
      getJobSummary: 3,
      getJobUpdateDetails: 3,
      getJobUpdateSummaries: 5,
      getPendingReason: 2,
      getQuota: 2,
      getTasksStatus: 4,
      getTasksWithoutConfigs: 15,
      getTierConfigs: 1,
      killTasks: 16,
      pauseJobUpdate: 2,
      pulseJobUpdate: 3,
      restartShards: 5,
      resumeJobUpdate: 1,
      setQuota: 2,
      startJobUpdate: 7,
    });
  });
});

/** Recorded calls that this client has no words for, or refuses to make. */
const NOT_SAID = new Map([
  ["012-getTasksWithoutConfigs-limit1", "no paging"],
  ["013-getTasksWithoutConfigs-active-statuses", "statuses other than Aurora's active ones"],
  ["036-createJob-no-owner", "always an owner"],
  ["042-createJob-executor-noname", "always an executor"],
  ["047-createJob-no-resources", "always a set of resources"],
  ["052-createJob-gpu", "no GPUs"],
  ["060-createJob-container-unset", "always a container"],
  ["065-createJob-cron", "no cron jobs"],
  ["066-createJob-cron-service", "no cron jobs"],
  ["067-createJob-fetcher-uris", "no fetcher URIs"],
  ["112-unknown-method", "no method of the IDL"],
  ["153-restartShards-empty", "refused here: no instance named"],
  ["205-killTasks-empty-instances-is-all", "refused here: no instance named"],
  ["303-enc-dbl-NaN", "refused here: no number of cores"],
  ["309-enc-i32-where-i64", "a type that the IDL does not allow there"],
  ["310-enc-lst-where-set", "a type that the IDL does not allow there"],
  ["323-getTasks-bad-status-enum", "statuses other than Aurora's active ones"],
  ["328-startJobUpdate-null-settings", "always settings"],
  ["329-restartShards-null", "refused here: no instance named"],
]);

/** Without what we say outright and the recording left out: not production, no links, no metadata. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutDefaults);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const defaults = new Map([
    ["18", '{"tf":0}'],
    ["22", '{"map":["str","str",0,{}]}'],
    ["27", '{"set":["rec",0]}'],
  ]);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) => defaults.get(key) !== JSON.stringify(member))
      .map(([key, member]) => [key, withoutDefaults(member)]),
  );
}

/** The recorded call as one of the client's methods. */
function inOurWords(
  method: string,
  args: readonly unknown[],
): ((client: AuroraClient) => Promise<unknown>) | undefined {
  const [first, second, third] = args;
  const key = (): JobKey => ({ cluster, ...keyFromThrift(first as thrift.JobKey)! });
  const updateKey = (): UpdateKey => {
    const { job: of, id } = first as thrift.JobUpdateKey;
    return { job: { cluster, ...keyFromThrift(of)! }, id };
  };
  const text = (value: unknown): string | undefined => (value === null ? undefined : (value as string));
  switch (method) {
    case "getTasksStatus":
    case "getTasksWithoutConfigs": {
      const { role, environment, jobName, statuses } = (first ?? {}) as Partial<thrift.TaskQuery>;
      if (role == null || environment == null || jobName == null) {
        return undefined;
      }
      return (c) =>
        c.tasks(
          { cluster, role, environment, name: jobName },
          { withConfig: method === "getTasksStatus", active: (statuses?.length ?? 0) > 2 },
        );
    }
    case "createJob": {
      const config = first === null ? undefined : jobFromThrift(first as Wire<thrift.JobConfiguration>);
      return config && ((c) => c.createJob(config));
    }
    case "killTasks":
      return first === null ? undefined : (c) => c.killTasks(key(), (second as number[] | null) ?? "all", text(third));
    case "addInstances": {
      const { jobKey, instanceId } = first as thrift.InstanceKey;
      return (c) => c.addInstances({ cluster, ...keyFromThrift(jobKey)! }, instanceId, second as number);
    }
    case "restartShards":
      return (c) => c.restartInstances(key(), (second as number[] | null) ?? []);
    case "startJobUpdate": {
      const request = first as Wire<thrift.JobUpdateRequest>;
      const config = taskFromThrift(request.taskConfig!)!;
      const settings = Object.fromEntries(
        Object.entries(request.settings ?? {}).filter(([, value]) => value !== null),
      ) as unknown as UpdateSettings;
      return (c) => c.startUpdate({ config, instanceCount: request.instanceCount!, settings }, second as string);
    }
    case "getJobUpdateSummaries": {
      const { jobKey, role } = first as Wire<thrift.JobUpdateQuery>;
      return jobKey ? (c) => c.updateSummaries({ cluster, ...keyFromThrift(jobKey)! }) : (c) => c.activeUpdates(role!);
    }
    case "getJobUpdateDetails":
      return (c) => c.updateDetails(updateKey());
    case "pauseJobUpdate":
      return (c) => c.pauseUpdate(updateKey(), text(second));
    case "resumeJobUpdate":
      return (c) => c.resumeUpdate(updateKey(), text(second));
    case "abortJobUpdate":
      return (c) => c.abortUpdate(updateKey(), text(second));
    case "pulseJobUpdate":
      return (c) => c.pulseUpdate(updateKey());
    case "getPendingReason": {
      const { role, environment, jobName } = first as thrift.TaskQuery;
      return (c) => c.pendingReasons({ cluster, role: role!, environment: environment!, name: jobName! });
    }
    case "getJobSummary":
      return (c) => c.jobs(first as string);
    case "getQuota":
      return (c) => c.quota(first as string);
    case "setQuota":
      return (c) => c.setQuota(first as string, resourcesFromThrift(second as thrift.ResourceAggregate));
    case "getTierConfigs":
      return (c) => c.tiers();
    default:
      return undefined;
  }
}

describe("AuroraClient, reading what was recorded", () => {
  it("gives tasks with their events, oldest first, and without what they run unless asked", async () => {
    const [task, ...others] = await playing("010-getTasksWithoutConfigs-running").tasks(job);
    assert.equal(others.length, 2);
    assert.ok(task);
    assert.deepEqual(
      { ...task, taskId: "", host: "", events: task.events.map(({ status: state }) => state) },
      {
        instanceId: task.instanceId,
        taskId: "",
        host: "",
        status: "RUNNING",
        assignedPorts: {},
        failureCount: 0,
        metadata: [],
        resources: { numCpus: 0.5, ramMb: 512, diskMb: 1024 },
        events: ["PENDING", "ASSIGNED", "STARTING", "RUNNING"],
      },
    );
    assert.ok(
      task.events.every(({ timestamp }) => timestamp > Date.parse("2020-01-01") && Number.isSafeInteger(timestamp)),
    );
    const [withConfig] = await playing("011-getTasksStatus-running").tasks(job, { withConfig: true });
    assert.equal(withConfig?.config?.executorConfig.data.name, "WordCount");
    assert.equal(withConfig.config.tier, "preemptible");
  });

  it("gives ports by name, the task an instance took over from, and why a task is throttled", async () => {
    const [withPorts] = await playing("213-getTasks-assignedPorts").tasks(job);
    assert.deepEqual(Object.keys(withPorts!.assignedPorts).sort(), ["admin", "http"]);
    const restarted = await playing("155-getTasks-after-restart-done").tasks(job);
    const ids = new Set(restarted.map(({ taskId }) => taskId));
    const heirs = restarted.filter(({ ancestorId }) => ancestorId !== undefined);
    assert.ok(heirs.length > 0 && heirs.every(({ ancestorId }) => ids.has(ancestorId!)));
    const throttled = (await playing("214-getTasks-throttled").tasks(job)).find(({ status }) => status === "THROTTLED");
    assert.match(throttled?.events.at(-1)?.message ?? "", /^Rescheduled, penalized for \d+ ms for flapping$/);
  });

  it("asks for active tasks by all of Aurora's active states", async () => {
    assert.deepEqual(await playing("191-getTasks-killed-active-only").tasks(job, { active: true }), []);
    assert.match(server.seen.at(-1)!.body.toString(), /"5":\{"set":\["i32",10,/);
  });

  it("gives the active tasks of an environment by job, and none of them where there are more than asked for", async () => {
    const three = playing("010-getTasksWithoutConfigs-running");
    const tasks = await three.activeTasks(job, 3);
    assert.deepEqual(
      [...(tasks ?? [])].map(([key, of]) => [key, of.length]),
      [["devcluster/heron/devel/WordCount", 3]],
    );
    assert.equal(await three.activeTasks(job, 2), undefined);
    const [query] = readCall(server.seen.at(-1)!.body).args as [Wire<thrift.TaskQuery>];
    assert.deepEqual([query.role, query.environment, query.jobName, query.limit], ["heron", "devel", null, 3]);
    assert.equal(query.statuses?.length, 10);
  });

  it("keeps UTF-8 in what tasks run", async () => {
    const text = /\P{ASCII}/u;
    for (const name of ["219-utf8-data-back", "221-utf8-raw-back"]) {
      const [task] = await playing(name).tasks(job, { withConfig: true });
      assert.match(JSON.stringify(task?.config?.executorConfig.data), text, name);
    }
  });

  it("tells apart why a job cannot be created", async () => {
    const config = jobFromThrift(readCall(bytes(recording("007-createJob-ok").request.body)).args[0] as object)!;
    const create = (name: string) => playing(name).createJob(config);
    await create("007-createJob-ok");
    await assert.rejects(
      create("019-createJob-duplicate"),
      rejectsWith("exists", /heron\/devel\/WordCount already exists/),
    );
    await assert.rejects(create("189-createJob-while-killing"), rejectsWith("exists", /must be gone/));
    await assert.rejects(create("028-createJob-env-bad"), rejectsWith("invalid", /environment local doesn't match/));
    await assert.rejects(create("076-createJob-not-permitted"), rejectsWith("forbidden", /ksweeney is not permitted/));
    await assert.rejects(
      create("056-createJob-tier-preferred"),
      rejectsWith("overQuota", /CPU quota exceeded by 1\.50 core\(s\); .* Have the role's quota raised/),
    );
    await assert.rejects(create("162-createJob-while-updating"), rejectsWith("updating", /currently updating/));
    await assert.rejects(create("320-mismatch-create-again"), rejectsWith("failed", /Instance ID collision/));
    await assert.rejects(
      create("074-createJob-wrongpass"),
      rejectsWith("unauthorized", /--secret --path 'heron:credentials\.devcluster\.password'/),
    );
  });

  it("tells that a quota may not be set", async () => {
    await assert.rejects(
      playing("079-setQuota-eng-role").setQuota("heron", { numCpus: 100, ramMb: 1024000, diskMb: 1024000 }),
      rejectsWith("forbidden", /wfarner lacks permission .*setQuota/),
    );
  });

  it("tells killing from nothing to kill", async () => {
    assert.equal(await playing("186-killTasks-ok").killTasks(job, "all"), "killing");
    assert.equal(await playing("183-killTasks-unknown-job").killTasks(job, "all"), "nothing to kill");
    assert.equal(await playing("202-killTasks-one").killTasks(job, [1], "one of them"), "killing");
    assert.match(server.seen.at(-1)!.body.toString(), /"5":\{"set":\["i32",1,1\]\},"6":\{"str":"one of them"\}/);
  });

  it("never sends a kill or a restart of no instances, which Aurora would take for all", async () => {
    const before = server.seen.length;
    await assert.rejects(client.killTasks(job, []), rejectsWith("invalid", /no instance is named/));
    await assert.rejects(client.restartInstances(job, []), rejectsWith("invalid", /no instance is named/));
    assert.equal(server.seen.length, before);
  });

  it("tells instances that are not there from other refusals", async () => {
    await assert.rejects(
      playing("145-addInstances-unknown-instance").addInstances(job, 77, 2),
      rejectsWith("notFound", /No active task/),
    );
    await assert.rejects(
      playing("152-restartShards-unknown-shard").restartInstances(job, [77]),
      rejectsWith("notFound", /Not all requested shards/),
    );
    await assert.rejects(playing("146-addInstances-zero").addInstances(job, 0, 0), rejectsWith("invalid", /positive/));
  });

  it("gives a started update's id, says when there is nothing to update, and names an update in the way", async () => {
    const request = {
      config: jobFromThrift(readCall(bytes(recording("007-createJob-ok").request.body)).args[0] as object)!.taskConfig,
      instanceCount: 3,
      settings: {
        updateGroupSize: 1,
        maxPerInstanceFailures: 0,
        maxFailedInstances: 0,
        minWaitInInstanceRunningMs: 1_500,
        rollbackOnFailure: true,
        waitForBatchCompletion: false,
      },
    };
    const id = "10f1492e-d243-453e-ba0a-fd57a4d02222";
    assert.deepEqual(await playing("160-startJobUpdate-ok").startUpdate(request, "m"), { id });
    assert.equal(await playing("157-startJobUpdate-noop").startUpdate(request, "m"), "unchanged");
    await assert.rejects(playing("161-startJobUpdate-inprogress").startUpdate(request, "m"), (error) => {
      rejectsWith("updating", /An active update already exists/)(error);
      return error instanceof AuroraError && error.updateId === id;
    });
  });

  it("gives an update's summary and details by name", async () => {
    const [summary] = await playing("172-getJobUpdateSummaries-paused").updateSummaries(job);
    assert.deepEqual(summary, {
      id: "10f1492e-d243-453e-ba0a-fd57a4d02222",
      user: "root",
      status: "ROLL_FORWARD_PAUSED",
      created: 1795394436386,
      modified: 1795394436525,
      metadata: [],
    });
    const key = { job, id: summary.id };
    assert.deepEqual(await playing("167-getJobUpdateSummaries-role").activeUpdates("heron"), [key]);
    const details = await playing("175-getJobUpdateDetails-finished").updateDetails(key);
    assert.equal(details.status, "ROLLED_FORWARD");
    assert.equal(details.events[0]?.status, "ROLLING_FORWARD");
    assert.equal(details.events.at(-1)?.status, "ROLLED_FORWARD");
    assert.ok(details.instanceEvents.some(({ action }) => action === "INSTANCE_UPDATED"));
    await assert.rejects(
      playing("176-getJobUpdateDetails-unknown").updateDetails(key),
      rejectsWith("notFound", /Invalid update/),
    );
    await assert.rejects(
      playing("178-abortJobUpdate-finished").abortUpdate(key),
      rejectsWith("invalid", /Cannot transition/),
    );
    assert.equal(await playing("169-pulseJobUpdate-unknown").pulseUpdate(key), "finished");
  });

  it("gives a role's quota and jobs, why tasks wait, and the tiers", async () => {
    assert.deepEqual((await playing("004-getQuota").quota("heron")).quota, { numCpus: 0, ramMb: 0, diskMb: 0 });
    const [summary] = await playing("016-getJobSummary").jobs("heron");
    assert.deepEqual(summary, {
      job: { ...job, cluster },
      instanceCount: 3,
      metadata: [],
      active: 3,
      pending: 0,
      finished: 0,
      failed: 0,
    });
    const [reason] = await playing("071-getPendingReason-toobig").pendingReasons(job);
    assert.match(reason?.reason ?? "", /Insufficient/);
    const tiers = await playing("003-getTierConfigs").tiers();
    assert.equal(tiers.defaultTier, "preemptible");
    assert.deepEqual(tiers.tiers.map(({ name }) => name).sort(), ["preemptible", "preferred", "revocable"]);
  });

  it("takes an ERROR without words for what it is", async () => {
    await assert.rejects(playing("321-getTasks-null-query").tasks(job), rejectsWith("failed", /no reason given/));
  });
});
