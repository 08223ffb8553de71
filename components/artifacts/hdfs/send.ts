import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import { pipeline, type Readable } from "node:stream";
import { type Dispatcher, request } from "undici";
import { NoAnswer } from "./errors";

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

/**
 * What `talk` with `host` gives.
 * @throws NoAnswer when the connection fails or breaks
 */
export async function answeredBy<T>(host: string, talk: () => Promise<T>): Promise<T> {
  try {
    return await talk();
  } catch (error) {
    if (!isBroken(error)) throw error;
    throw new NoAnswer(host, error.message === "" ? error.code : error.message, { cause: error });
  }
}

const networkCodes =
  /^(UND_ERR_|HPE_|E(CONN|PIPE|PROTO|HOST|NET|TIMEDOUT|NOTFOUND|AI_)|ERR_(TLS|SSL)|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

/** Whether a failure is the network's: undici and Node give those a code. */
function isBroken(error: unknown): error is Error & { code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string" && networkCodes.test(error.code);
}
