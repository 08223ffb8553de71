import type { IncomingHttpHeaders } from "node:http";

/** A request with its whole body. */
export interface HttpRequest {
  readonly method: string;
  /** The decoded path, without the query. */
  readonly path: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpReply {
  readonly status: number;
  /** The words after the status, where Aurora's differ from the usual. */
  readonly reason?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

export type Endpoint = (request: HttpRequest) => HttpReply | Promise<HttpReply>;

/** Jetty's error page: what Aurora answers to what it cannot read. The connection ends with it. */
export function serverError(): HttpReply {
  return errorPage(500, "Server Error");
}

export function methodNotAllowed(method: string): HttpReply {
  return errorPage(405, `HTTP method ${method} is not supported by this URL`);
}

/** As the real one's `no-leader.html`: its heading alone. */
export function noLeader(): HttpReply {
  return {
    ...html("<!doctype html>\n<html>\n<body>\n<h2>No Leader Found</h2>\n</body>\n</html>\n", 503),
    reason: "Service Unavailable",
  };
}

/** A reply without a body. */
export function empty(status: number, headers: Readonly<Record<string, string>> = {}): HttpReply {
  return { status, headers, body: "" };
}

export function plainText(status: number, body: string): HttpReply {
  return { status, headers: { "Content-Type": "text/plain;charset=utf-8" }, body };
}

export function json(value: unknown): HttpReply {
  return { status: 200, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}

export function html(body: string, status = 200): HttpReply {
  return { status, headers: { "Content-Type": "text/html;charset=utf-8" }, body };
}

function errorPage(status: number, reason: string): HttpReply {
  return {
    status,
    reason,
    headers: {
      "Cache-Control": "must-revalidate,no-cache,no-store",
      "Content-Type": "text/html;charset=iso-8859-1",
      Connection: "close",
    },
    body: `<html>\n<head>\n<title>Error ${status} </title>\n</head>\n<body>\n<h2>HTTP ERROR: ${status}</h2>\n</body>\n</html>\n`,
  };
}
