import { AuroraError, type AuroraErrorKind, type Redact } from "./errors";
import type { CallInfo } from "./http-outcome";
import type { Wire } from "./protocol";
import { ResponseCode } from "./thrift/gen/api_types";
import type { Response } from "./thrift/gen/api_types";

/** The scheduler's words for refusals that callers tell apart; anything else is `invalid`. */
const REFUSALS: readonly (readonly [RegExp, AuroraErrorKind])[] = [
  [/^Job .* already exists$/, "exists"],
  [/^Insufficient resource quota: /, "overQuota"],
  [/^Invalid update: /, "notFound"],
  [/^No active task found for a given instance ID\.$/, "notFound"],
  [/^Not all requested shards are active\.$/, "notFound"],
];

const KINDS: ReadonlyMap<ResponseCode, AuroraErrorKind> = new Map([
  [ResponseCode.ERROR, "failed"],
  [ResponseCode.AUTH_FAILED, "forbidden"],
  [ResponseCode.JOB_UPDATING_ERROR, "updating"],
  [ResponseCode.ERROR_TRANSIENT, "unavailable"],
]);

const ADVICE: Partial<Record<AuroraErrorKind, string>> = {
  forbidden: "Use a user whom the scheduler's security settings permit this.",
  exists: "Its tasks, perhaps still being killed, must be gone before it can be created anew.",
  overQuota: "Have the role's quota raised, or let its jobs of the tier preferred take less of it.",
  updating: "Wait until that update is over, or abort it.",
};

/**
 * What the scheduler answered, when it did what it was asked to.
 *
 * @throws AuroraError by the response code (and, where a code stands for several things, by the scheduler's words).
 */
export function checkResponse(
  response: Wire<Response>,
  call: CallInfo,
  context: { readonly scheduler: string; readonly redact: Redact },
): Wire<Response> {
  const code = response.responseCode ?? undefined;
  if (code === ResponseCode.OK || code === ResponseCode.WARNING) {
    return response;
  }
  if (code === ResponseCode.INVALID_REQUEST) {
    throw refusal(refusalKind(response), response, call, context);
  }
  throw refusal((code === undefined ? undefined : KINDS.get(code)) ?? "protocol", response, call, context);
}

/** The scheduler's words to an answer; an entry may come without any. */
export function detailsOf(response: Wire<Response>): readonly string[] {
  return (response.details ?? []).flatMap(({ message }) => message ?? []);
}

function refusalKind(response: Wire<Response>): AuroraErrorKind {
  // startJobUpdate alone is refused together with a result: the update that is already running.
  if (runningUpdate(response) !== undefined) {
    return "updating";
  }
  const text = detailsOf(response).join(" ");
  return REFUSALS.find(([words]) => words.test(text))?.[1] ?? "invalid";
}

function runningUpdate(response: Wire<Response>): string | undefined {
  return response.result?.startJobUpdateResult?.key?.id ?? undefined;
}

function refusal(
  kind: AuroraErrorKind,
  response: Wire<Response>,
  call: CallInfo,
  { scheduler, redact }: { readonly scheduler: string; readonly redact: Redact },
): AuroraError {
  const words =
    redact(detailsOf(response).join(" ")) || `no reason given, response code ${response.responseCode ?? "none"}`;
  const updateId = kind === "updating" ? runningUpdate(response) : undefined;
  const advice = ADVICE[kind];
  return new AuroraError(
    `${call.title}: refused by the Aurora scheduler at ${scheduler}: ${words}` +
      (updateId === undefined ? "" : ` (update ${updateId})`) +
      (advice === undefined ? "" : ` ${advice}`),
    { kind, transient: kind === "unavailable", ...(updateId === undefined ? {} : { updateId }) },
  );
}
