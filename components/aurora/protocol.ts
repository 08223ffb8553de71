import { TBinaryProtocol, TBufferedTransport, TJSONProtocol, Thrift } from "thrift";
import type { Int64 } from "thrift";
import { Client } from "./thrift/gen/AuroraSchedulerManager";
import { Response } from "./thrift/gen/api_types";
import type {
  InstanceKey,
  JobConfiguration,
  JobKey,
  JobUpdateKey,
  JobUpdateQuery,
  TaskQuery,
} from "./thrift/gen/api_types";
import type { JobUpdateRequest } from "./thrift/gen/api_types";

/** A Thrift struct as the wire has it: the generated classes promise fields that the other side may leave out. */
export type Wire<T> = T extends Int64 | string | number | boolean
  ? T
  : T extends readonly (infer U)[]
    ? readonly Wire<U>[]
    : { readonly [K in keyof T]?: Wire<T[K]> | null };

/** The methods called here; `undefined` leaves an argument out. */
export interface SchedulerCalls {
  getTasksStatus(query: Wire<TaskQuery>): unknown;
  getTasksWithoutConfigs(query: Wire<TaskQuery>): unknown;
  getPendingReason(query: Wire<TaskQuery>): unknown;
  getJobSummary(role: string): unknown;
  getQuota(role: string): unknown;
  getTierConfigs(): unknown;
  getJobUpdateSummaries(query: Wire<JobUpdateQuery>): unknown;
  getJobUpdateDetails(key: JobUpdateKey, query: JobUpdateQuery | undefined): unknown;
  createJob(job: JobConfiguration): unknown;
  killTasks(job: JobKey, instances: number[] | undefined, message: string | undefined): unknown;
  addInstances(key: InstanceKey, count: number): unknown;
  restartShards(job: JobKey, shardIds: number[]): unknown;
  startJobUpdate(request: Wire<JobUpdateRequest>, message: string): unknown;
  pauseJobUpdate(key: JobUpdateKey, message: string | undefined): unknown;
  resumeJobUpdate(key: JobUpdateKey, message: string | undefined): unknown;
  abortJobUpdate(key: JobUpdateKey, message: string | undefined): unknown;
  rollbackJobUpdate(key: JobUpdateKey, message: string | undefined): unknown;
  pulseJobUpdate(key: JobUpdateKey): unknown;
}

export type SchedulerMethod = keyof SchedulerCalls;

/** What {@link encodeCall} writes, and what to ask for: without `Accept` a scheduler answers so anyway. */
export const CONTENT_TYPE = "application/vnd.apache.thrift.json";
const BINARY_CONTENT_TYPE = "application/vnd.apache.thrift.binary";
const MESSAGE_IS_EXCEPTION = 3;
/** Name of the error with which Thrift's readers meet the end of the input; its type declarations lack the class. */
const UNDERRUN = "InputBufferUnderrunError";

/** A body that is no reply of the scheduler's; `truncated`: it stops short, the beginning being sound. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";

  constructor(
    message: string,
    readonly truncated: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The scheduler's own refusal of the message (unknown method, wrong message type): Thrift's TApplicationException. */
export class CallRefusedError extends Error {
  override readonly name = "CallRefusedError";
}

/** The request body of the one call that `invoke` makes, in TJSON: the form every recorded exchange is known in. */
export function encodeCall(invoke: (scheduler: SchedulerCalls) => unknown): Buffer {
  let body: Buffer | undefined;
  const output = new TBufferedTransport(undefined, (message) => {
    body = message;
  });
  invoke(new Client(output, TJSONProtocol));
  if (body === undefined) {
    throw new Error("encodeCall: nothing was called.");
  }
  return body;
}

/**
 * Reads a reply to `method` by the content type it came with.
 *
 * @throws DecodeError when it is none; CallRefusedError when it is Thrift's exception instead of a result.
 */
export function decodeReply(method: string, contentType: string | undefined, body: Uint8Array): Wire<Response> {
  const Protocol = protocolOf(contentType);
  const input = new Protocol(received(body));
  let reply: Wire<Response> | CallRefusedError;
  try {
    reply = readMessage(input, method);
  } catch (error) {
    if (error instanceof DecodeError) {
      throw error;
    }
    const truncated = error instanceof Error && error.name === UNDERRUN;
    throw new DecodeError(truncated ? "the answer stops short" : "the answer is malformed", truncated, {
      cause: error,
    });
  }
  if (reply instanceof CallRefusedError) {
    throw reply;
  }
  return reply;
}

function protocolOf(contentType: string | undefined): typeof TJSONProtocol | typeof TBinaryProtocol {
  const mediaType = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  switch (mediaType) {
    case CONTENT_TYPE:
      return TJSONProtocol;
    case BINARY_CONTENT_TYPE:
      return TBinaryProtocol;
    default:
      throw new DecodeError(`the answer is ${mediaType ?? "of no content type"}, not Thrift`, false);
  }
}

function received(body: Uint8Array): TBufferedTransport {
  let transport: TBufferedTransport | undefined;
  TBufferedTransport.receiver((filled) => {
    transport = filled;
  }, 0)(Buffer.from(body));
  if (transport === undefined) {
    throw new Error("Thrift's receiver calls back at once.");
  }
  return transport;
}

function readMessage(input: TJSONProtocol | TBinaryProtocol, method: string): Wire<Response> | CallRefusedError {
  const { fname, mtype } = input.readMessageBegin();
  if (Number(mtype) === MESSAGE_IS_EXCEPTION) {
    const exception = new Thrift.TApplicationException();
    exception.read(input);
    return new CallRefusedError(exception.message);
  }
  if (fname !== method) {
    throw new DecodeError(`the answer is one to '${fname}'`, false);
  }
  // Every method's result is a struct whose field 0 is the Response, which is why no method's own result class is needed.
  input.readStructBegin();
  const field = input.readFieldBegin();
  if (field.fid !== 0 || field.ftype !== Thrift.Type.STRUCT) {
    throw new DecodeError("the answer holds no response", false);
  }
  const response = new Response();
  readStruct(response, input);
  return response;
}

/** The generated classes read themselves, which their declarations leave out. */
function readStruct(struct: object, input: TJSONProtocol | TBinaryProtocol): void {
  if (!("read" in struct) || typeof struct.read !== "function") {
    throw new TypeError("Not a generated struct.");
  }
  struct.read(input);
}
