import { changes } from "../api/access";
import type { Api } from "../api/dispatch";
import type { Users } from "../api/users";
import { aurora } from "../thrift/aurora";
import type { Call, WireFormat } from "../thrift/message";
import { decodeCall, encodeReply, encodeUnknownMethod } from "../thrift/message";
import { MalformedMessage } from "../thrift/protocol";
import type { StructValue } from "../thrift/struct-codec";
import type { Identified } from "./authentication";
import { identify } from "./authentication";
import { acceptedFormat, bodyFormat, contentTypeOf } from "./content-types";
import type { Endpoint, HttpReply, HttpRequest } from "./reply";
import { empty, methodNotAllowed, serverError } from "./reply";
import type { RequestLog } from "./request-log";

export interface ThriftEndpointOptions {
  readonly api: Api;
  /** Absent: no authentication. */
  readonly users?: Users;
  readonly log: RequestLog;
  /** Resolves when all changes so far are on disk. */
  readonly settled: () => Promise<void>;
}

const challenge = { "WWW-Authenticate": 'BASIC realm="Apache Aurora Scheduler"' };

/** `/api`: Thrift over HTTP, as Aurora's servlet speaks it. */
export function thriftEndpoint(options: ThriftEndpointOptions): Endpoint {
  return async (request) => {
    if (request.method === "OPTIONS") return empty(200, { Allow: "GET, HEAD, POST, TRACE, OPTIONS" });
    if (!["POST", "GET", "HEAD"].includes(request.method)) return methodNotAllowed(request.method);
    const caller = identify(options.users, request.headers.authorization);
    if (!caller) return empty(401, challenge);
    const body = bodyFormat(request.headers["content-type"]);
    if (body.kind === "invalid") return serverError();
    if (body.kind === "unsupported") {
      return { status: 415, headers: {}, body: `Unsupported Content-Type: ${body.contentType}` };
    }
    const call = decode(body.format, request);
    if (!call) return serverError();
    const reply = await answer(options, call, caller, acceptedFormat(request.headers.accept));
    const writes = call.method !== undefined && changes(call.method);
    options.log.add({ time: Date.now(), method: call.name, writes, status: reply.status });
    return reply;
  };
}

function decode(format: WireFormat, request: HttpRequest): Call | undefined {
  try {
    return decodeCall(aurora, format, request.body);
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
}

async function answer(
  { api, settled }: ThriftEndpointOptions,
  call: Call,
  caller: Identified,
  format: WireFormat,
): Promise<HttpReply> {
  const headers = { "Content-Type": contentTypeOf[format] };
  const { method, args, seqid } = call;
  if (!method) return { status: 200, headers, body: encodeUnknownMethod(format, call) };
  if (changes(method) && !caller.signedIn) return empty(401, { ...headers, ...challenge });
  const response = api.call(method, args, caller);
  if (changes(method)) await settled();
  return { status: 200, headers, body: encodeReply(format, method, seqid, response as unknown as StructValue) };
}
