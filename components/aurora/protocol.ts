import type { TStructLike } from "thrift";
import { Client } from "./thrift/gen/AuroraAdmin";
import { Response } from "./thrift/gen/api_types";
import type {
  InstanceKey,
  JobConfiguration,
  JobKey,
  JobUpdateKey,
  JobUpdateQuery,
  ResourceAggregate,
  TaskQuery,
} from "./thrift/gen/api_types";
import type { JobUpdateRequest, JobUpdateSettings } from "./thrift/gen/api_types";
import { readRepeatedConfigsOnce } from "./thrift/repeated-config";
import {
  type Int64,
  TBinaryProtocol,
  TBufferedTransport,
  TFramedTransport,
  Thrift,
  TJSONProtocol,
} from "./thrift/runtime";

readRepeatedConfigsOnce();

/** A Thrift struct as the wire has it: the generated classes promise fields that the other side may leave out. */
export type Wire<T> = T extends Int64 | string | number | boolean
  ? T
  : T extends readonly (infer U)[]
    ? readonly Wire<U>[]
    : { readonly [K in keyof T]?: Wire<T[K]> | null };

/** A Thrift struct as plain data, which the generated classes copy when they are written; enums are numbers. */
export type Plain<T> = T extends Int64 | string | boolean
  ? T
  : T extends number
    ? number
    : T extends readonly (infer U)[]
      ? readonly Plain<U>[]
      : { readonly [K in keyof T]: Plain<T[K]> };

/** Of the settings some may be left out though the IDL does not say `optional`. */
export type PlainUpdateRequest = Omit<Plain<JobUpdateRequest>, "settings"> & {
  readonly settings: Partial<Plain<JobUpdateSettings>>;
};

/**
 * Handed to every call: it keeps the generated client from making a promise, which it would do with a library that
 * Thrift's runtime no longer brings. The reply comes by {@link decodeReply} instead.
 */
export type Done = () => void;

/** The methods called here; `undefined` leaves an argument out. */
export interface SchedulerCalls {
  getTasksStatus(query: Plain<TaskQuery>, done: Done): void;
  getTasksWithoutConfigs(query: Plain<TaskQuery>, done: Done): void;
  getPendingReason(query: Plain<TaskQuery>, done: Done): void;
  getJobSummary(role: string, done: Done): void;
  getQuota(role: string, done: Done): void;
  getTierConfigs(done: Done): void;
  getJobUpdateSummaries(query: Partial<Plain<JobUpdateQuery>>, done: Done): void;
  getJobUpdateDetails(key: Plain<JobUpdateKey>, query: Plain<JobUpdateQuery> | undefined, done: Done): void;
  createJob(job: Plain<JobConfiguration>, done: Done): void;
  killTasks(
    job: Plain<JobKey>,
    instances: readonly number[] | undefined,
    message: string | undefined,
    done: Done,
  ): void;
  addInstances(key: Plain<InstanceKey>, count: number, done: Done): void;
  restartShards(job: Plain<JobKey>, shardIds: readonly number[], done: Done): void;
  startJobUpdate(request: PlainUpdateRequest, message: string, done: Done): void;
  pauseJobUpdate(key: Plain<JobUpdateKey>, message: string | undefined, done: Done): void;
  resumeJobUpdate(key: Plain<JobUpdateKey>, message: string | undefined, done: Done): void;
  abortJobUpdate(key: Plain<JobUpdateKey>, message: string | undefined, done: Done): void;
  rollbackJobUpdate(key: Plain<JobUpdateKey>, message: string | undefined, done: Done): void;
  pulseJobUpdate(key: Plain<JobUpdateKey>, done: Done): void;
  setQuota(role: string, quota: Plain<Pick<ResourceAggregate, "resources">>, done: Done): void;
}

/** Makes one call. */
export type Invoke = (scheduler: SchedulerCalls, done: Done) => void;

export type SchedulerMethod = keyof SchedulerCalls;

/** What {@link encodeCall} writes; without `Accept` a scheduler answers so too. */
export const CONTENT_TYPE = "application/vnd.apache.thrift.json";
/** What to ask for: it is half as large, and read several times faster. */
export const REPLY_CONTENT_TYPE = "application/vnd.apache.thrift.binary";
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
export function encodeCall(invoke: Invoke): Buffer {
  let body: Buffer | undefined;
  const output = new TBufferedTransport(undefined, (message) => {
    body = message;
  });
  invoke(new Client(output, TJSONProtocol), () => undefined);
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
  // The one of Thrift's transports that reads where the bytes are, instead of copying each value out of them.
  const input = new Protocol(new TFramedTransport(Buffer.from(body.buffer, body.byteOffset, body.byteLength)));
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
    case REPLY_CONTENT_TYPE:
      return TBinaryProtocol;
    case undefined:
    default:
      throw new DecodeError(`the answer is ${mediaType ?? "of no content type"}, not Thrift`, false);
  }
}

function readMessage(input: TJSONProtocol | TBinaryProtocol, method: string): Wire<Response> | CallRefusedError {
  const { fname, mtype } = input.readMessageBegin();
  if (mtype === Thrift.MessageType.EXCEPTION) {
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

/** The generated classes read and write themselves, which their declarations leave out. */
function readStruct(struct: object, input: TJSONProtocol | TBinaryProtocol): void {
  if (!isStruct(struct)) {
    throw new TypeError("Not a generated struct.");
  }
  struct.read(input);
}

function isStruct(struct: object): struct is TStructLike {
  return "read" in struct && typeof struct.read === "function";
}
