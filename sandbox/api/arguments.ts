import { internalError, nullPointer } from "../scheduler/errors";
import { isValidJobKey } from "../scheduler/identifiers";
import type { JobKey, JobUpdateKey, SentJobKey } from "../scheduler/model";

/** @throws Refused when an argument was not sent */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw nullPointer(`the argument ${name}`);
  return value;
}

/** @throws Refused without a message, as Aurora does at an invalid key; with one when it is missing. */
export function assertJobKey(key: SentJobKey | undefined): JobKey {
  if (!key) throw nullPointer("a JobKey");
  if (!isValidJobKey(key)) throw internalError();
  return key;
}

/** An update's key as a caller sent it. */
export interface SentUpdateKey {
  readonly job?: SentJobKey;
  readonly id?: string;
}

export function assertUpdateKey(key: SentUpdateKey | undefined): JobUpdateKey {
  if (!key) throw nullPointer("a JobUpdateKey");
  return { job: assertJobKey(key.job), id: assertNotBlank(key.id) };
}

/** @throws Refused when a text or a collection is missing or empty. */
export function assertNotBlank<T extends { readonly length: number }>(value: T | undefined): T {
  if (value === undefined || value.length === 0) throw internalError("Argument cannot be blank");
  return value;
}
