import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { connectAurora, type AuroraClient } from "../../../components/aurora/client";
import { AuroraError, type AuroraErrorKind } from "../../../components/aurora/errors";
import type { JobKey } from "../../../components/aurora/job-key";
import { jobFromThrift, keyFromThrift, taskFromThrift } from "../../../components/aurora/job-thrift";
import type { Wire } from "../../../components/aurora/protocol";
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
    assert.deepEqual(said, {});
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
      const { jobKey } = first as Wire<thrift.JobUpdateQuery>;
      return jobKey ? (c) => c.updateSummaries({ cluster, ...keyFromThrift(jobKey)! }) : undefined;
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
    case "getTierConfigs":
      return (c) => c.tiers();
    default:
      return undefined;
  }
}
