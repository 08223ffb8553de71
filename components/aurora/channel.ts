import type { LeaderLocator } from "./leader";
import { AuroraError, type Redact } from "./errors";
import { ExchangeError, type HttpClient, type HttpReply } from "./http";
import { noAnswer, redirectTarget, refusedByStatus, type CallInfo } from "./http-outcome";
import { CONTENT_TYPE, REPLY_CONTENT_TYPE } from "./protocol";

/** A call as bytes. */
export interface EncodedCall extends CallInfo {
  readonly body: Uint8Array;
}

/** A page of the scheduler's own, like `/offers`, that is to be had as JSON. */
export interface PageRequest extends CallInfo {
  readonly page: string;
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
  send(call: EncodedCall | PageRequest, timeoutMs: number): Promise<Answer>;
  close(): Promise<void>;
}

export interface ChannelOptions {
  /** Name of the cluster, under which credentials are configured. */
  readonly cluster: string;
  readonly locator: LeaderLocator;
  readonly http: HttpClient;
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
  const headers = { "accept-encoding": "gzip", ...authorization(options) };
  const callHeaders = { ...headers, "content-type": CONTENT_TYPE, accept: REPLY_CONTENT_TYPE };
  const pageHeaders = { ...headers, accept: "application/json" };
  /** Address of the leader's API. */
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

  const send = async (call: EncodedCall | PageRequest, timeoutMs: number): Promise<Answer> => {
    const deadline = performance.now() + timeoutMs;
    let target = leader ?? apiUrl(await locate());
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const reply = await exchange(target, call, Math.max(1, Math.round(deadline - performance.now())));
      if (reply.status === 200) {
        leader = target;
        return { contentType: reply.headers["content-type"], body: reply.body, scheduler: target.origin };
      }
      if (reply.status !== 307) {
        forget(target);
        throw refusedByStatus(reply, placeOf(call, target), call, options);
      }
      target = inPlaceOf(target, redirectTarget(placeOf(call, target), reply, call, redact), call);
      leader = target;
    }
    forget(target);
    throw new AuroraError(
      `${call.title}: the schedulers of ${locator.configured} redirect to one another (last ${target.origin}); ` +
        "they do not agree on a leader. Try again once they do.",
      { kind: "unavailable", transient: true },
    );
  };

  const exchange = async (target: URL, call: EncodedCall | PageRequest, timeoutMs: number): Promise<HttpReply> => {
    try {
      return "page" in call
        ? await http.get(placeOf(call, target), pageHeaders, timeoutMs)
        : await http.post(target, callHeaders, call.body, timeoutMs);
    } catch (error) {
      forget(target);
      throw error instanceof ExchangeError
        ? noAnswer(error, target, call, { cluster: options.cluster, configured: locator.configured })
        : error;
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

/** Where to ask, of the scheduler whose API is at `api`. */
function placeOf(call: EncodedCall | PageRequest, api: URL): URL {
  return "page" in call ? new URL(`.${call.page}`, api) : api;
}

/** The API of the scheduler to which `target` was redirected; a leader's other pages lie beside it. */
function inPlaceOf(api: URL, target: URL, call: EncodedCall | PageRequest): URL {
  return "page" in call ? new URL(api.pathname, target) : target;
}

function apiUrl(base: URL): URL {
  const url = new URL(base.origin);
  url.pathname = `${base.pathname.replace(/\/+$/, "")}/api`;
  return url;
}
