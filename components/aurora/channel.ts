import type { LeaderLocator } from "./leader";
import { AuroraError, type Redact } from "./errors";
import { ExchangeError, type HttpPoster, type HttpReply } from "./http";
import { noAnswer, redirectTarget, refusedByStatus, type CallInfo } from "./http-outcome";
import { CONTENT_TYPE } from "./protocol";

/** A call as bytes. */
export interface EncodedCall extends CallInfo {
  readonly body: Uint8Array;
}

/** What a scheduler answered with HTTP 200. */
export interface Answer {
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
  /** Origin of the scheduler that answered, for messages. */
  readonly scheduler: string;
}

/** The way to the leading scheduler. */
export interface Channel {
  /** One attempt, redirects included. @throws AuroraError for everything but HTTP 200. */
  send(call: EncodedCall, timeoutMs: number): Promise<Answer>;
  close(): Promise<void>;
}

export interface ChannelOptions {
  /** Name of the cluster, under which credentials are configured. */
  readonly cluster: string;
  readonly locator: LeaderLocator;
  readonly http: HttpPoster;
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly redact: Redact;
}

const MOST_REDIRECTS = 3;

/**
 * Sends calls to the leader and remembers it. A follower answers 307 with the leader's address (and does so before it
 * checks credentials): that is followed and kept until a call fails there. Credentials go to the configured scheduler
 * and to where it redirects, to no other host, and never from https on to http.
 */
export function createChannel(options: ChannelOptions): Channel {
  const { locator, http, redact } = options;
  const headers = {
    "content-type": CONTENT_TYPE,
    accept: CONTENT_TYPE,
    "accept-encoding": "gzip",
    ...authorization(options),
  };
  let leader: URL | undefined;
  let locating: Promise<URL> | undefined;

  const locate = (): Promise<URL> => {
    locating ??= locator.locate().finally(() => {
      locating = undefined;
    });
    return locating;
  };

  // Another call may have found the new leader while this one was failing at the old.
  const forget = (failed: URL): void => {
    if (leader?.href === failed.href) {
      leader = undefined;
    }
  };

  const send = async (call: EncodedCall, timeoutMs: number): Promise<Answer> => {
    const deadline = performance.now() + timeoutMs;
    let target = leader ?? apiUrl(await locate());
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const reply = await post(target, call, Math.max(1, Math.round(deadline - performance.now())));
      if (reply.status === 200) {
        leader = target;
        return { contentType: reply.headers["content-type"], body: reply.body, scheduler: target.origin };
      }
      if (reply.status !== 307) {
        forget(target);
        throw refusedByStatus(reply, target, call, options);
      }
      target = redirectTarget(target, reply, call, redact);
      leader = target;
    }
    forget(target);
    throw new AuroraError(
      `${call.title}: the schedulers of ${locator.configured} redirect to one another (last ${target.origin}); ` +
        "they do not agree on a leader. Try again once they do.",
      { kind: "unavailable", transient: true },
    );
  };

  const post = async (target: URL, call: EncodedCall, timeoutMs: number): Promise<HttpReply> => {
    try {
      return await http.post(target, headers, call.body, timeoutMs);
    } catch (error) {
      forget(target);
      throw error instanceof ExchangeError ? noAnswer(error, target, call, options.cluster) : error;
    }
  };

  return { send, close: () => http.close() };
}

function authorization({ credentials }: ChannelOptions): Record<string, string> {
  return credentials === undefined ? {} : { authorization: basicAuthorization(credentials) };
}

/** Value of HTTP's `Authorization` header. */
export function basicAuthorization({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

function apiUrl(base: URL): URL {
  const url = new URL(base.origin);
  url.pathname = `${base.pathname.replace(/\/+$/, "")}/api`;
  return url;
}
