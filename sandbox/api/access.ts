import { isValidJobKey, javaJobKey } from "../scheduler/identifiers";
import type { JobKey, SentJobKey } from "../scheduler/model";
import { ResponseCode } from "../scheduler/model";
import { readOnlyService } from "../thrift/aurora";
import type { Method } from "../thrift/idl";
import type { StructValue } from "../thrift/struct-codec";
import type { Response } from "./dispatch";
import type { User } from "./users";
import { permits } from "./users";

/** What a caller may do. */
export interface Access {
  /** @returns the response that denies a call; nothing when it may go on. */
  deny(method: Method, args: StructValue): Response | undefined;
}

/** Without authentication anyone may do anything. */
export const openAccess: Access = { deny: () => undefined };

/** Calls that change something need a signed-in user; who is not signed in may only read. */
export function changes(method: Method): boolean {
  return method.service !== readOnlyService;
}

/**
 * A signed-in user's access, as Aurora's interceptors decide it: calls about a job need a valid job key and the
 * permission for it, those of AuroraAdmin the permission for the method.
 */
export function accessOf(user: User): Access {
  return {
    deny(method, args) {
      if (!changes(method)) return undefined;
      return method.service === "AuroraAdmin" ? denyUnscoped(user, method) : denyJob(user, method, args);
    },
  };
}

function denyUnscoped(user: User, { service, name }: Method): Response | undefined {
  if (permits(user, [`thrift.${service}`, name])) return undefined;
  return failed(`Subject ${user.name} lacks permission UnscopedRpcPermission{domain=thrift.${service}, rpc=${name}}`);
}

function denyJob(user: User, method: Method, args: StructValue): Response | undefined {
  const key = jobKeyOf(args);
  if (!isValidJobKey(key)) {
    const message = "Missing or invalid job key from request.";
    return { responseCode: ResponseCode.INVALID_REQUEST, details: [{ message }] };
  }
  if (permits(user, permissionFor(method, key))) return undefined;
  return failed(
    `Subject ${user.name} is not permitted to ` +
      `JobScopedRpcPermission{rpc=${method.name}, permittedJob=${javaJobKey(key)}}.`,
  );
}

function permissionFor({ service, name }: Method, key: JobKey): string[] {
  return [`thrift.${service}`, name, key.role, key.environment, key.name];
}

function failed(message: string): Response {
  return { responseCode: ResponseCode.AUTH_FAILED, details: [{ message }] };
}

interface MaybeKeyed {
  readonly key?: SentJobKey;
  readonly job?: SentJobKey;
  readonly jobKey?: SentJobKey;
  readonly taskConfig?: { readonly job?: SentJobKey };
}

/** The job key that a call is about, wherever its method keeps it. */
function jobKeyOf(args: StructValue): SentJobKey | undefined {
  const { job, key, description, config, request } = args as {
    readonly job?: SentJobKey;
    readonly key?: MaybeKeyed;
    readonly description?: MaybeKeyed;
    readonly config?: MaybeKeyed;
    readonly request?: MaybeKeyed;
  };
  return job ?? (description ?? config)?.key ?? request?.taskConfig?.job ?? key?.job ?? key?.jobKey;
}
