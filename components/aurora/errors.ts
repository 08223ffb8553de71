import { UserError } from "../errors";

/**
 * What went wrong with a call, as far as the caller may want to act on it:
 * - `unauthorized`: no or wrong credentials (HTTP 401); `forbidden`: known, but not permitted (AUTH_FAILED).
 * - `invalid`: the scheduler refuses what was asked (INVALID_REQUEST); `failed`: it failed at it (ERROR).
 * - `overQuota`: the role's quota does not allow so much more.
 * - `exists`: a job of that key is there, its last tasks still being killed perhaps.
 * - `updating`: an update of the job is under way; `updateId` names it where the scheduler did.
 * - `notFound`: no such update, or no active task of such an instance.
 * - `unavailable`: it answers, but cannot serve now (no leader, ERROR_TRANSIENT); outlasted the retries.
 * - `unreachable`: no answer, and the call has certainly changed nothing.
 * - `unsure`: no usable answer to a call that changes something: it may have landed.
 * - `protocol`: what answered does not speak as an Aurora scheduler does.
 */
export type AuroraErrorKind =
  | "unauthorized"
  | "forbidden"
  | "invalid"
  | "failed"
  | "overQuota"
  | "exists"
  | "updating"
  | "notFound"
  | "unavailable"
  | "unreachable"
  | "unsure"
  | "protocol";

export interface AuroraErrorDetails {
  readonly kind: AuroraErrorKind;
  /** Repeating the same call unchanged is safe and may succeed. */
  readonly transient?: boolean;
  /** The update in the way (`updating`). */
  readonly updateId?: string;
  /** Nobody listens at the address that the documents name (`unreachable`). */
  readonly isNobodyThere?: boolean;
  readonly cause?: unknown;
}

/** A call to the Aurora scheduler that did not succeed. The message names the call, the scheduler and what to do. */
export class AuroraError extends UserError {
  readonly kind: AuroraErrorKind;
  readonly transient: boolean;
  readonly updateId?: string;
  readonly isNobodyThere: boolean;

  constructor(message: string, details: AuroraErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = details.kind;
    this.transient = details.transient ?? false;
    this.isNobodyThere = details.isNobodyThere ?? false;
    if (details.updateId !== undefined) {
      this.updateId = details.updateId;
    }
  }
}

/** Blanks the given secrets out of text that came from elsewhere. */
export type Redact = (text: string) => string;

/** A {@link Redact} for these secrets; longer ones go first, so that no rest of one stays. */
export function redactor(secrets: readonly string[]): Redact {
  const known = [...new Set(secrets)].filter((secret) => secret !== "").sort((a, b) => b.length - a.length);
  return (text) => known.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
}

/** Whether any other question would end the same way. */
export function isOfTheScheduler({ kind }: AuroraError): boolean {
  return kind === "unreachable" || kind === "unavailable" || kind === "unauthorized" || kind === "forbidden";
}
