import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { TBinaryProtocol, TBufferedTransport, Thrift, type TProtocol } from "thrift";
import { decodeReply } from "../../../components/aurora/protocol";
import {
  AssignedTask,
  Metadata,
  Resource,
  Response,
  ResponseCode,
  Result,
  ScheduledTask,
  ScheduleStatus,
  ScheduleStatusResult,
  TaskConfig,
} from "../../../components/aurora/thrift/gen/api_types";

/** Values of the kind that a configuration is made of, few enough that tasks repeat them. */
const config = fc.record({
  priority: fc.integer({ min: 0, max: 2 }),
  tier: fc.constantFrom("preferred", "preemptible", "é\u0000"),
  ports: fc.array(fc.constantFrom("http", "p1"), { maxLength: 2 }),
  entries: fc.array(fc.string({ maxLength: 3 }), { maxLength: 2 }),
});

type Config = typeof config extends fc.Arbitrary<infer T> ? T : never;

/** A generated struct with these fields; their declarations ask for each. */
function struct<T extends object>(type: new () => T, fields: object): T {
  return Object.assign(new type(), fields);
}

function configOf({ priority, tier, ports, entries }: Config): TaskConfig {
  return struct(TaskConfig, {
    priority,
    tier,
    resources: ports.map((namedPort) => struct(Resource, { namedPort })),
    metadata: entries.map((value) => struct(Metadata, { key: "k", value })),
  });
}

function answerOf(tasks: readonly ScheduledTask[]): Buffer {
  let body: Buffer | undefined;
  const output = new TBinaryProtocol(new TBufferedTransport(undefined, (message) => (body = message)));
  output.writeMessageBegin("getTasksStatus", Thrift.MessageType.REPLY, 0);
  output.writeStructBegin("result");
  output.writeFieldBegin("success", Thrift.Type.STRUCT, 0);
  const result = struct(Result, { scheduleStatusResult: struct(ScheduleStatusResult, { tasks }) });
  const response = struct(Response, { responseCode: ResponseCode.OK, result, details: [] });
  (response as unknown as { write(protocol: TProtocol): void }).write(output);
  output.writeFieldStop();
  output.writeMessageEnd();
  output.flush();
  return body!;
}

/** Instances that run these, as they are read from a scheduler's answer. */
function read(configs: readonly Config[]) {
  const tasks = configs.map((each, instanceId) => {
    const assignedPorts = { http: 31000 + instanceId };
    const fields = { taskId: `task-${instanceId}`, instanceId, task: configOf(each), assignedPorts };
    return struct(ScheduledTask, { status: ScheduleStatus.RUNNING, assignedTask: struct(AssignedTask, fields) });
  });
  const { result } = decodeReply("getTasksStatus", "application/vnd.apache.thrift.binary", answerOf(tasks));
  return (result?.scheduleStatusResult?.tasks ?? []).map(({ assignedTask }) => assignedTask);
}

describe("The configurations in an answer of many tasks", () => {
  it("are read as they were written, whichever of them repeat one another, with all that comes after each", () => {
    fc.assert(
      fc.property(fc.array(config, { maxLength: 8 }), (configs) => {
        assert.deepEqual(
          read(configs).map((each) => ({ id: each?.taskId, port: each?.assignedPorts?.http, task: each?.task })),
          configs.map((each, index) => ({ id: `task-${index}`, port: 31000 + index, task: configOf(each) })),
        );
      }),
    );
  });

  it("are read once where the next is the same to the byte", () => {
    const one: Config = { priority: 0, tier: "preferred", ports: ["http"], entries: ["a"] };
    const [first, second, third] = read([one, one, { ...one, entries: ["b"] }]);
    assert.equal(second?.task?.metadata, first?.task?.metadata);
    assert.notEqual(third?.task?.metadata, first?.task?.metadata);
  });
});
