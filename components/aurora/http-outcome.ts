import { changedCredentials } from "../errors";
import type { ExchangeError, HttpReply } from "./http";
import { AuroraError, type Redact } from "./errors";

/** What messages and verdicts need to know of a call. */
export interface CallInfo {
  /** What is asked: `createJob of devcluster/heron/devel/WordCount`. */
  readonly title: string;
  /** It changes something, so that it must not be repeated when nobody knows whether it landed. */
  readonly mutates: boolean;
  /** What it means, and what to do, where that is not there (HTTP 404) of a scheduler that is. */
  readonly ifAbsent?: string;
}

/** What the user may have to set, and what must not be shown. */
export interface StatusContext {
  readonly cluster: string;
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly redact: Redact;
}

const PASSING_CODES = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
  "TIMEOUT",
]);
const CERTIFICATE_CODES = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|ERR_OSSL_)/;

/**
 * The error for a call that got no complete reply over HTTP.
 * @param configured the origin that the documents name; another was told by a scheduler that is there, or by ZooKeeper
 */
export function noAnswer(
  error: ExchangeError,
  target: URL,
  call: CallInfo,
  { cluster, configured }: { readonly cluster: string; readonly configured: string },
): AuroraError {
  if (error.sent) {
    return answerLost(call, target.origin, `${error.message}${hintOn(error, target, cluster)}`, error);
  }
  return new AuroraError(
    `${call.title}: the Aurora scheduler at ${target.origin} cannot be reached (${reasonOf(error)}). ${adviceOn(error, cluster)}`,
    {
      kind: "unreachable",
      transient: PASSING_CODES.has(error.code ?? ""),
      // By the word of its machine; a scheduler that cannot be reached may well be there.
      isNobodyThere: error.code === "ECONNREFUSED" && target.origin === configured,
      cause: error,
    },
  );
}

/** The error for a call that went out and was not properly answered; `what` reads like "the connection was cut". */
export function answerLost(call: CallInfo, scheduler: string, what: string, cause?: unknown): AuroraError {
  return call.mutates
    ? new AuroraError(
        `${call.title}: it was sent to the Aurora scheduler at ${scheduler}, but no proper answer came (${what}): ` +
          "it may or may not have taken effect. Look at the job, or run again: what is there is looked at first.",
        { kind: "unsure", cause },
      )
    : new AuroraError(
        `${call.title}: the Aurora scheduler at ${scheduler} gave no proper answer (${what}). ` +
          "Check the scheduler's health and the network to it.",
        { kind: "unreachable", transient: true, cause },
      );
}

function reasonOf(error: ExchangeError): string {
  return error.message === "" ? (error.code ?? "connection failed") : error.message;
}

/** In TLS 1.3 a server that refuses our certificate, or misses one, closes when it has got the request, unread. */
function hintOn({ code }: ExchangeError, target: URL, cluster: string): string {
  return target.protocol === "https:" && /^ECONNRESET$|^ERR_SSL_.*_ALERT_/.test(code ?? "")
    ? `; if it wants a client certificate, check cert and key in heron:credentials.${cluster}`
    : "";
}

function adviceOn({ code = "" }: ExchangeError, cluster: string): string {
  if (CERTIFICATE_CODES.test(code)) {
    return `Check that the address is the one its certificate names, and ca, cert and key in heron:credentials.${cluster}. ${changedCredentials}`;
  }
  return "Check scheduler.url (or scheduler.zookeeper), that a scheduler listens there, and the network to it.";
}

/** The error for a reply that is neither HTTP 200 nor a follower's redirect. */
export function refusedByStatus(reply: HttpReply, target: URL, call: CallInfo, context: StatusContext): AuroraError {
  const { status } = reply;
  const scheduler = `the Aurora scheduler at ${target.origin}`;
  if (status === 401) {
    return new AuroraError(`${call.title}: ${scheduler} ${unauthorized(context)}`, { kind: "unauthorized" });
  }
  if (status === 403) {
    return new AuroraError(
      `${call.title}: ${scheduler}, or a proxy before it, forbids it (HTTP 403). ` +
        `Check heron:credentials.${context.cluster} and the proxy's rules.`,
      { kind: "forbidden" },
    );
  }
  // A proxy says so of a call that it has passed on, too.
  if (status === 503 && call.mutates && !isOwnPage(reply))
    return answerLost(call, target.origin, "HTTP 503, not the scheduler's own");
  if (status === 503) {
    return new AuroraError(
      `${call.title}: ${scheduler} knows no leader (HTTP 503). It may be electing one; if this lasts, look at the schedulers and their ZooKeeper.`,
      { kind: "unavailable", transient: true },
    );
  }
  if (status >= 500 && (call.mutates || status === 502 || status === 504)) {
    return answerLost(call, target.origin, `HTTP ${status}`);
  }
  if (status === 404 && call.ifAbsent !== undefined)
    return new AuroraError(`${call.title}: ${target.href} is not there (HTTP 404). ${call.ifAbsent}`, {
      kind: "protocol",
    });
  const elsewhere = status >= 300 && status < 400 ? locationOrigin(reply, target) : undefined;
  return new AuroraError(
    `${call.title}: ${target.href} answered HTTP ${status}, as no Aurora scheduler does. ` +
      (elsewhere === undefined
        ? "Check that scheduler.url is the scheduler's address."
        : `It points to ${context.redact(elsewhere)}: set scheduler.url to the scheduler's own address.`),
    { kind: "protocol" },
  );
}

/** Whether a 503 comes with the page of a scheduler without a leader (Aurora's `no-leader.html`), which then has taken no call. */
function isOwnPage({ body }: HttpReply): boolean {
  return body.includes("No Leader Found");
}

function unauthorized({ cluster, credentials }: StatusContext): string {
  const where = `heron:credentials.${cluster}`;
  const user = `pulumi config set --path '${where}.username' <user>`;
  const password = `pulumi config set --secret --path '${where}.password'`;
  return credentials === undefined
    ? `asks for credentials (HTTP 401): set them by ${user} and ${password}. ${changedCredentials}`
    : `does not accept the user name or password (HTTP 401): check ${where}.username, and set the password by ${password}. ${changedCredentials}`;
}

/** Where a follower's 307 points. @throws AuroraError when that is no place to send a call to. */
export function redirectTarget(from: URL, reply: HttpReply, call: CallInfo, redact: Redact): URL {
  const { location } = reply.headers;
  const target = location !== undefined && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (target === undefined || (target.protocol !== "http:" && target.protocol !== "https:")) {
    throw new AuroraError(
      `${call.title}: the Aurora scheduler at ${from.origin} redirects to no usable address. Check what answers there.`,
      { kind: "protocol" },
    );
  }
  if (from.protocol === "https:" && target.protocol === "http:") {
    throw new AuroraError(
      `${call.title}: ${from.origin} redirects to ${redact(target.origin)}, from https to plain http, where credentials could be read on the way. ` +
        "Set scheduler.url to the leader's own https address, or have the proxy rewrite the redirect.",
      { kind: "protocol" },
    );
  }
  target.username = "";
  target.password = "";
  target.hash = "";
  return target;
}

function locationOrigin(reply: HttpReply, from: URL): string | undefined {
  const { location } = reply.headers;
  return location !== undefined && URL.canParse(location, from.href) ? new URL(location, from).origin : undefined;
}
