import type { IncomingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
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

export interface HttpPoster {
  /** @param timeoutMs from now until the last byte of the reply. @throws ExchangeError */
  post(url: URL, headers: Readonly<Record<string, string>>, body: Uint8Array, timeoutMs: number): Promise<HttpReply>;
  /** Drops the kept connections; a request still under way fails. */
  close(): Promise<void>;
}

const decompress = promisify(gunzip);

/**
 * HTTP POST over kept connections.
 *
 * @param connectTimeoutMs after which a connection that does not come about is given up, whoever waits for it.
 */
export function createHttpPoster(connectTimeoutMs: number, tls: TlsArgs = {}): HttpPoster {
  const agent = new Agent({ connect: { ...tls, timeout: connectTimeoutMs }, headersTimeout: 0, bodyTimeout: 0 });
  return {
    post: async (url, headers, body, timeoutMs) => {
      const reply = await exchange(agent, url, headers, body, timeoutMs);
      if (reply.headers["content-encoding"] !== "gzip") {
        return reply;
      }
      try {
        return { ...reply, body: await decompress(reply.body) };
      } catch (error) {
        throw new ExchangeError("the answer's compression is broken", true, undefined, { cause: error });
      }
    },
    close: () => agent.destroy(),
  };
}

// Not undici.request: only a handler of one's own is told when the request goes out.
function exchange(
  agent: Agent,
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
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
      { origin: url.origin, path: url.pathname + url.search, method: "POST", headers, body: Buffer.from(body) },
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
