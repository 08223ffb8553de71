import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { TBinaryProtocol, TBufferedTransport, TJSONProtocol, Thrift } from "thrift";
import type { TProtocol } from "thrift";
import { createHttpClient } from "../../../components/aurora/http";
import { CallRefusedError, DecodeError, decodeReply, encodeCall } from "../../../components/aurora/protocol";
import { detailsOf } from "../../../components/aurora/outcome";
import { bytes, header, isApi, readCall, recordings, recording, status, tjson } from "./recordings";
import { replay } from "./servers";

/** Recordings of other pages and paths than the API that a Thrift client speaks to. */
const OTHER_PAGES = [
  "123-get-api",
  "124-put-api",
  "125-api-trailing-slash",
  "127-options-api",
  "128-head-api",
  "129-apibeta-getRoleSummary",
  "130-apibeta-getTasks",
  "131-apibeta-index",
  "133-get_leaderhealth",
  "134-get_health",
  "135-get_tiers",
  "137-get_quotas",
  "138-get_offers",
  "139-get_pendingtasks",
  "140-get_structdump_task_x",
  "141-get_",
  "142-get_scheduler",
  "143-get_nosuch",
  "226-follower-leaderhealth",
  "230-follower-scheduler-ui",
  "231-follower-health",
  "233-follower-apibeta",
];

function methodOf(body: Buffer): string {
  const [, method] = JSON.parse(body.toString()) as [number, string];
  return method;
}

/** The struct as TJSON data, written by the class that read it. */
function written(struct: object): unknown {
  const transport = new TBufferedTransport(undefined, (message) => (output = message));
  let output: Buffer | undefined;
  const protocol = new TJSONProtocol(transport);
  protocol.writeMessageBegin("any", Thrift.MessageType.REPLY, 1);
  (struct as { write(protocol: TProtocol): void }).write(protocol);
  protocol.writeMessageEnd();
  transport.flush();
  return (tjson(output!) as unknown[])[4];
}

describe("the Thrift protocol, against the recordings", () => {
  it("knows every recorded exchange as one with the API or as one of the listed other pages", () => {
    const others = recordings().filter((exchange) => !isApi(exchange));
    assert.deepEqual(
      others.map(({ name }) => name),
      OTHER_PAGES,
    );
    assert.equal(recordings().length, 273);
  });

  it("reads every answer that a scheduler gave to a call, off the wire and losing nothing", async () => {
    const api = recordings().filter((exchange) => isApi(exchange) && status(exchange) === 200);
    let current = api[0]!;
    const server = await replay(() => current);
    const http = createHttpClient();
    let replies = 0;
    let exceptions = 0;
    for (current of api) {
      const reply = await http.post(new URL("/api", server.url), {}, bytes(current.request.body), 5_000);
      const recorded = bytes(current.response.body);
      const contentType = reply.headers["content-type"];
      const asJson = contentType === "application/vnd.apache.thrift.json";
      const method = asJson ? methodOf(reply.body) : "getRoleSummary";
      if (current.name === "112-unknown-method") {
        exceptions++;
        assert.throws(() => decodeReply(method, contentType, reply.body), {
          name: "CallRefusedError",
          message: "Invalid method name: 'noSuchMethod'",
        });
        continue;
      }
      const response = decodeReply(method, contentType, reply.body);
      const expected = asJson ? reply.body : bytes(recording("082-getRoleSummary-noauth").response.body);
      const [, , , , body] = tjson(expected) as [number, string, number, number, { 0: { rec: unknown } }];
      assert.deepEqual(written(response), body[0].rec, current.name);
      if (header(current.response.headers, "content-encoding") !== "gzip") {
        assert.deepEqual(reply.body, recorded, current.name);
      }
      replies++;
    }
    assert.deepEqual({ replies, exceptions }, { replies: 220, exceptions: 1 });
    await http.close();
    await server.close();
  });

  it("writes again every call that it can read, as the data that was recorded and without whitespace", () => {
    let same = 0;
    for (const exchange of recordings().filter((each) => isApi(each) && status(each) === 200)) {
      if (NOT_WRITTEN.has(exchange.name)) {
        continue;
      }
      const body = bytes(exchange.request.body);
      const { method, args } = readCall(body);
      const again = encodeCall((scheduler, done) => {
        const call = (scheduler as unknown as Record<string, (...args: readonly unknown[]) => void>)[method]!;
        call.apply(scheduler, [...args, done]);
      });
      assert.doesNotMatch(again.toString().replace(/"(?:[^"\\]|\\.)*"/g, '""'), /\s/, exchange.name);
      assert.deepEqual((tjson(again) as unknown[])[4], (tjson(body) as unknown[])[4], exchange.name);
      same++;
    }
    assert.equal(same, 221 - NOT_WRITTEN.size);
  });
});

/** Recorded calls that the generated client cannot write as they were. */
const NOT_WRITTEN = new Map([
  ["060-createJob-container-unset", "the IDL gives it the default container"],
  ["315-populate-minimal", "the IDL gives it the default container"],
  ["316-createJob-minimal", "the IDL gives it the default container"],
  ["098-ct-binary-strict", "written in the other protocol"],
  ["099-ct-binary-accept-binary", "written in the other protocol"],
  ["100-ct-binary-oldstyle", "written in the other protocol"],
  ["112-unknown-method", "no method of the IDL"],
  ["113-wrong-arg-type", "a type that the IDL does not allow there"],
  ["309-enc-i32-where-i64", "a type that the IDL does not allow there"],
  ["310-enc-lst-where-set", "a type that the IDL does not allow there"],
  ["114-unknown-field", "a field that the IDL does not know"],
  ["303-enc-dbl-NaN", "a number that JSON does not know"],
]);

describe("decodeReply", () => {
  const reply = bytes(recording("010-getTasksWithoutConfigs-running").response.body);
  const json = "application/vnd.apache.thrift.json";

  it("tells a reply that stops short, wherever it does, from one that is malformed", () => {
    for (let length = 1; length < reply.length; length += 97) {
      assert.throws(
        () => decodeReply("getTasksWithoutConfigs", json, reply.subarray(0, length)),
        (error) => error instanceof DecodeError && error.truncated,
        `at ${length}`,
      );
    }
    assert.throws(
      () => decodeReply("getTasksWithoutConfigs", json, Buffer.from("<html></html>")),
      (error) => error instanceof DecodeError && !error.truncated,
    );
    const binary = bytes(recording("099-ct-binary-accept-binary").response.body);
    assert.throws(
      () => decodeReply("getRoleSummary", "application/vnd.apache.thrift.binary", binary.subarray(0, 90)),
      (error) => error instanceof DecodeError && error.truncated,
    );
  });

  it("takes the media type whatever its case and parameters", () => {
    const response = decodeReply("getTasksWithoutConfigs", "Application/VND.apache.thrift.json; charset=utf-8", reply);
    assert.equal(response.result?.scheduleStatusResult?.tasks?.length, 3);
    assert.deepEqual(detailsOf(response), []);
  });

  it("refuses the answer to another call", () => {
    assert.throws(() => decodeReply("createJob", json, reply), /one to 'getTasksWithoutConfigs'/);
  });

  it("reads Thrift's own exception in both forms", () => {
    const text = bytes(recording("112-unknown-method").response.body);
    assert.throws(() => decodeReply("noSuchMethod", json, text), CallRefusedError);
    const transport = new TBufferedTransport(undefined, (message) => (output = message));
    let output: Buffer | undefined;
    const protocol = new TBinaryProtocol(transport);
    protocol.writeMessageBegin("createJob", Thrift.MessageType.EXCEPTION, 1);
    protocol.writeStructBegin("TApplicationException");
    protocol.writeFieldStop();
    protocol.writeStructEnd();
    protocol.writeMessageEnd();
    transport.flush();
    assert.throws(() => decodeReply("createJob", "application/vnd.apache.thrift.binary", output!), CallRefusedError);
  });
});
