import { S3ServiceException } from "@aws-sdk/client-s3";

/** S3 errors that the AWS SDK for Go has types for: their message is the code alone. */
const modelled = new Set(["BucketAlreadyExists", "BucketAlreadyOwnedByYou", "NoSuchBucket", "NoSuchKey", "NotFound"]);

/** HEAD answers have no body: the code that the SDK for Go then makes of the status. */
const bodiless: Readonly<Record<number, string>> = {
  400: "BadRequest: Bad Request",
  403: "Forbidden: Forbidden",
};

/** An operation of AWS that failed, in the words of the real provider. */
export class OperationError extends Error {
  constructor(
    /** `creating S3 Bucket (packages)` */
    doing: string,
    cause: unknown,
  ) {
    super(`1 error occurred:\n\t* ${doing}: ${inProvidersWords(cause)}\n\n`, { cause });
  }
}

/** An S3 error that the stand-in itself decides, since the server does not. */
export class DecidedError extends Error {
  constructor(
    readonly operation: string,
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Runs one call of S3; its error says what was being done. */
export async function call<Result>(doing: string, operation: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new OperationError(doing, error instanceof S3ServiceException ? new FailedCall(operation, error) : error);
  }
}

class FailedCall extends Error {
  constructor(operation: string, error: S3ServiceException) {
    super(`operation error S3: ${operation}, ${responseError(error)}`, { cause: error });
  }
}

function responseError(error: S3ServiceException): string {
  const { httpStatusCode: status = 0, requestId = "", extendedRequestId = "" } = error.$metadata;
  const regions = /the region "?([\w-]+)"? is wrong; expecting "?([\w-]+)"?/.exec(error.message);
  const response = (code: number): string =>
    `https response error StatusCode: ${code}, RequestID: ${requestId}, HostID: ${extendedRequestId}`;
  if (regions !== null) {
    return `${response(301)}, requested bucket from "${regions[1] ?? ""}", actual location "${regions[2] ?? ""}"`;
  }
  if (modelled.has(error.name)) return `${response(status)}, ${error.name}: `;
  const api = error.name === "Unknown" ? (bodiless[status] ?? "UnknownError: ") : `${error.name}: ${error.message}`;
  return `${response(status)}, api error ${api}`;
}

function inProvidersWords(cause: unknown): string {
  if (cause instanceof DecidedError) {
    const { operation, status, code, message } = cause;
    return `operation error S3: ${operation}, https response error StatusCode: ${status}, RequestID: , HostID: , api error ${code}: ${message}`;
  }
  return cause instanceof Error ? cause.message : String(cause);
}

/** Whether S3 says that what was asked for is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;
}
