import { ResponseCode } from "./model";

/** A call that the scheduler refuses, with the code and the message (if any) that Aurora's response carries. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(
    readonly code: ResponseCode,
    readonly detail?: string,
    /** Fields of `Response.result` that Aurora sends along with the refusal. */
    readonly result?: object,
  ) {
    super(detail ?? "the scheduler gives no reason");
  }
}

export function invalidRequest(detail: string): Refused {
  return new Refused(ResponseCode.INVALID_REQUEST, detail);
}

/** An exception inside the scheduler; without a message, Aurora's response has a detail without one. */
export function internalError(detail?: string): Refused {
  return new Refused(ResponseCode.ERROR, detail);
}

/** Java's complaint about a missing argument or member. */
export function nullPointer(what: string): Refused {
  return internalError(`Cannot invoke a method of ${what}: it is null`);
}
