import { Refused } from "../scheduler/errors";
import { ResponseCode } from "../scheduler/model";
import type { Method } from "../thrift/idl";
import { holdsNull, populate } from "../thrift/populate";
import type { StructValue } from "../thrift/struct-codec";
import { adminWrites } from "./admin";
import type { Access } from "./access";
import type { Caller, Handler, SchedulerParts } from "./handler";
import { jobReads } from "./read-jobs";
import { taskReads } from "./read-tasks";
import { updateReads, updateWrites } from "./updates";
import { cronWrites } from "./write-cron";
import { jobWrites } from "./write-jobs";

const handlers: Readonly<Record<string, Handler>> = {
  ...jobReads,
  ...taskReads,
  ...updateReads,
  ...jobWrites,
  ...cronWrites,
  ...updateWrites,
  ...adminWrites,
};

/** Aurora's Response, by field names. */
export interface Response {
  readonly responseCode: ResponseCode;
  readonly serverInfo?: { readonly clusterName: string; readonly statsUrlPrefix: string };
  readonly result?: object;
  readonly details: readonly { readonly message?: string }[];
}

export interface Api {
  /** @param args as decoded from the wire */
  call(method: Method, args: StructValue, caller: Caller & { readonly access: Access }): Response;
}

/** The scheduler's API: from a decoded call to its response. Refusals are responses; other errors are thrown. */
export function apiOf(parts: SchedulerParts, clusterName: string): Api {
  const serverInfo = { clusterName, statsUrlPrefix: "" };
  return {
    call(method, args, caller) {
      const denied = caller.access.deny(method, args);
      if (denied) return denied;
      try {
        return { serverInfo, ...answer(parts, method, args, caller) };
      } catch (error) {
        if (error instanceof Refused) return { serverInfo, ...responseOf(error) };
        throw error;
      }
    },
  };
}

function answer(parts: SchedulerParts, method: Method, args: StructValue, caller: Caller): Response {
  const handler = handlers[method.name];
  if (!handler) throw new Error(`No handler for ${method.name}.`);
  if (holdsNull(args)) return { responseCode: ResponseCode.ERROR, details: [{}] };
  const { details = [], result } = handler(parts, populateArguments(method, args) as never, caller);
  return {
    responseCode: ResponseCode.OK,
    ...(result && { result }),
    details: details.map((message) => ({ message })),
  };
}

/** Arguments that were sent are populated; the others stay absent. */
function populateArguments({ args: struct }: Method, args: StructValue): StructValue {
  const populated = populate(struct, args);
  return Object.fromEntries(Object.keys(args).map((name) => [name, populated[name]]));
}

function responseOf({ code, detail, result }: Refused): Response {
  return {
    responseCode: code,
    ...(result && { result }),
    details: [detail === undefined ? {} : { message: detail }],
  };
}
