import type { IncomingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { gunzip, gunzipSync } from "node:zlib";
import { Agent } from "undici";
import type { Dispatcher } from "undici";

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

/** Bytes, up to which waiting for another thread takes longer than the work. */
const smallBody = 32 * 1024;

/**
 * HTTP over kept connections.
 *
 * @param connectTimeoutMs after which a connection that does not come about is given up, whoever waits for it.
 */
export function createHttpClient(connectTimeoutMs: number, tls: TlsArgs = {}): HttpClient {
  const agent = new Agent({ connect: { ...tls, timeout: connectTimeoutMs }, headersTimeout: 0, bodyTimeout: 0 });
  return {
    post: (url, headers, body, timeoutMs) =>
      exchange(agent, url, { method: "POST", headers, body: Buffer.from(body) }, timeoutMs).then(decompressed),
    get: (url, headers, timeoutMs) => exchange(agent, url, { method: "GET", headers }, timeoutMs).then(decompressed),
    close: () => agent.destroy(),
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

// Not undici.request: only a handler of one's own is told when the request goes out.
function exchange(
  agent: Agent,
  url: URL,
  request: Pick<Dispatcher.DispatchOptions, "method" | "headers" | "body">,
  timeoutMs: number,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let replyHeaders: IncomingHttpHeaders = {};
    let overdue: ExchangeError | undefined;
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => {
      overdue = new ExchangeError(`no answer within ${timeoutMs} ms`, controller !== undefined, "TIMEOUT");
      reject(overdue);
      controller?.abort(overdue);
    }, timeoutMs);
    agent.dispatch(
      { origin: url.origin, path: url.pathname + url.search, ...request },
      {
        onRequestStart: (started) => {
          controller = started;
          if (overdue !== undefined) {
            started.abort(overdue);
          }
        },
        onResponseStart: (_controller, code, received) => {
          status = code;
          replyHeaders = received;
        },
        onResponseData: (_controller, chunk) => {
          chunks.push(chunk);
        },
        onResponseEnd: () => {
          clearTimeout(timer);
          resolve({ status, headers: replyHeaders, body: Buffer.concat(chunks) });
        },
        onResponseError: (_controller, error) => {
          clearTimeout(timer);
          reject(new ExchangeError(error.message, controller !== undefined, codeOf(error), { cause: error }));
        },
      },
    );
  });
}

function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}
