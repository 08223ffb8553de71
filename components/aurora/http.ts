import { Agent as HttpAgent, type IncomingHttpHeaders, request as requestByHttp } from "node:http";
import { Agent as HttpsAgent, request as requestByHttps } from "node:https";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip, gunzipSync } from "node:zlib";
import { codeOf } from "../system-error";

/** PEM texts: an authority to trust instead of the system's, and a certificate to show with its key. */
export interface TlsArgs {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Complete, and decompressed. */
  readonly body: Buffer;
}

/** No complete reply. `sent` false: not a byte of the request has left, so that nobody can have acted on it. */
export class ExchangeError extends Error {
  override readonly name = "ExchangeError";

  constructor(
    message: string,
    readonly sent: boolean,
    readonly code: string | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface HttpClient {
  /** @param timeoutMs from now until the last byte of the reply. @throws ExchangeError */
  post(url: URL, headers: Readonly<Record<string, string>>, body: Uint8Array, timeoutMs: number): Promise<HttpReply>;
  /** Likewise. */
  get(url: URL, headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<HttpReply>;
  /** Drops the kept connections; a request still under way fails. */
  close(): Promise<void>;
}

const decompress = promisify(gunzip);

/** A connection that nobody uses is dropped before the scheduler, or a proxy before it, drops it under a call. */
const idleMs = 4_000;

/** Bytes, up to which waiting for another thread takes longer than the work. */
const smallBody = 32 * 1024;

/**
 * HTTP over kept connections. Node's own, which every run has loaded: a library for it would be most of what a refresh of
 * a small stack loads.
 */
export function createHttpClient(tls: TlsArgs = {}): HttpClient {
  const kept = { keepAlive: true, timeout: idleMs };
  const agents = { http: new HttpAgent(kept), https: new HttpsAgent({ ...kept, ...tls }) };
  return {
    post: (url, headers, body, timeoutMs) =>
      exchange(agents, url, { method: "POST", headers, body }, timeoutMs).then(decompressed),
    get: (url, headers, timeoutMs) => exchange(agents, url, { method: "GET", headers }, timeoutMs).then(decompressed),
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
      return Promise.resolve();
    },
  };
}

async function decompressed(reply: HttpReply): Promise<HttpReply> {
  if (reply.headers["content-encoding"] !== "gzip") return reply;
  try {
    return { ...reply, body: reply.body.length > smallBody ? await decompress(reply.body) : gunzipSync(reply.body) };
  } catch (error) {
    throw new ExchangeError("the answer's compression is broken", true, undefined, { cause: error });
  }
}

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

async function exchange(
  agents: Agents,
  url: URL,
  { method, headers, body }: HttpRequest,
  timeoutMs: number,
): Promise<HttpReply> {
  // A kept connection that the server has closed meanwhile is known as closed once the event loop has come round.
  await nextTurn();
  await nextTurn();
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === "https:";
    const request = isSecure
      ? requestByHttps(url, { method, headers, agent: agents.https })
      : requestByHttp(url, { method, headers, agent: agents.http });
    let sent = false;
    const fail = (message: string, code: string | undefined, cause?: unknown): void => {
      clearTimeout(timer);
      reject(new ExchangeError(message, sent, code, cause === undefined ? undefined : { cause }));
    };
    const timer = setTimeout(() => {
      fail(`no answer within ${timeoutMs} ms`, "TIMEOUT");
      request.destroy();
    }, timeoutMs);
    const failed = (error: Error): void => {
      fail(reasonOf(error), codeOf(error), error);
    };
    request.on("socket", (socket) => {
      if (request.reusedSocket) sent = true;
      else socket.once(isSecure ? "secureConnect" : "connect", () => (sent = true));
    });
    request.on("error", failed);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", failed);
      response.on("end", () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    request.end(body);
  });
}

/** What OpenSSL says is a line of numbers and file names with the reason in it. */
function reasonOf(error: Error): string {
  return "reason" in error && typeof error.reason === "string" ? error.reason : error.message;
}
