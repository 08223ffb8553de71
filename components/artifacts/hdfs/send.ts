import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import { pipeline, type Readable } from "node:stream";
import { type Dispatcher, request } from "undici";

/** An answer; its body is to be read to the end. */
export interface Reply {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: Readable;
}

type Headers = Readonly<Record<string, string>>;

/** Asks without content; no redirect is followed. */
export async function ask(
  dispatcher: Dispatcher,
  method: "GET" | "PUT" | "DELETE",
  url: URL,
  headers: Headers,
): Promise<Reply> {
  const { statusCode, headers: received, body } = await request(url, { dispatcher, method, headers });
  const { location } = received;
  return { status: statusCode, location: typeof location === "string" ? location : undefined, body };
}

/**
 * Sends content, piece by piece. By Node's own client: a datanode says `100 Continue` without being asked, which undici
 * takes for a broken answer.
 * @param silenceMs after which a connection on which nothing moves is given up
 */
export async function put(url: URL, headers: Headers, content: Readable, silenceMs: number): Promise<Reply> {
  const { request: open } = url.protocol === "https:" ? https : http;
  const going = open(url, { method: "PUT", headers, timeout: silenceMs, agent: false });
  going.on("timeout", () => {
    going.destroy(Object.assign(new Error(`nothing moved for ${silenceMs} ms`), { code: "ETIMEDOUT" }));
  });
  const answered = once(going, "response") as Promise<[http.IncomingMessage]>;
  // What breaks here breaks the answer too; a server that refuses need not read to the end.
  pipeline(content, going, () => undefined);
  const [answer] = await answered;
  return { status: answer.statusCode ?? 0, location: answer.headers.location, body: answer };
}
