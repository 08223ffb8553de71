import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import type { Endpoint, HttpReply, HttpRequest } from "./reply";
import { plainText, serverError } from "./reply";

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

const loopbackNames = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Serves an endpoint on a loopback address.
 * @param port 0 for any free one
 * @param onError hears of errors that are the sandbox's own; the request gets HTTP 500
 */
export async function serve(
  endpoint: Endpoint,
  host: string,
  port: number,
  onError: (error: unknown) => void,
): Promise<RunningServer> {
  const server = createServer((request, response) => {
    handle(endpoint, request, response).catch((error: unknown) => {
      onError(error);
      if (!response.headersSent) send(request, response, serverError());
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(endpoint: Endpoint, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  if (isForeign(request)) {
    send(request, response, plainText(403, "The sandbox answers to programs on this machine only.\n"));
    return;
  }
  const url = request.url ?? "/";
  const { pathname } = new URL(url, "http://localhost");
  const whole: HttpRequest = {
    method: request.method ?? "GET",
    path: decodePath(pathname),
    url,
    headers: request.headers,
    body,
  };
  send(request, response, await endpoint(whole));
}

function decodePath(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch (error) {
    if (error instanceof URIError) return pathname;
    throw error;
  }
}

/** Requests that a web page makes a browser send: the sandbox runs commands, and pages must not give them. */
function isForeign({ headers }: IncomingMessage): boolean {
  const name = (headers.host ?? "localhost").replace(/:\d+$/, "");
  const { origin } = headers;
  return !loopbackNames.has(name) || (origin !== undefined && origin !== `http://${headers.host ?? ""}`);
}

function send(request: IncomingMessage, response: ServerResponse, reply: HttpReply): void {
  const plain = Buffer.from(reply.body);
  const zip = reply.status === 200 && plain.length > 0 && /\bgzip\b/.test(String(request.headers["accept-encoding"]));
  const body = zip ? gzipSync(plain, { level: 1 }) : plain;
  const headers = {
    ...reply.headers,
    ...(reply.status === 200 && { Vary: "Accept-Encoding, User-Agent" }),
    ...(zip && { "Content-Encoding": "gzip" }),
    "Content-Length": String(body.length),
  };
  if (reply.reason === undefined) response.writeHead(reply.status, headers);
  else response.writeHead(reply.status, reply.reason, headers);
  response.end(request.method === "HEAD" ? undefined : body);
}
