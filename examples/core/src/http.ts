import { createServer, type IncomingMessage, type Server } from "node:http";
import { text } from "node:stream/consumers";

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
  /** Address of who asks. */
  readonly from: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Serves on a port until closed: of the loopback address alone when `host` is one, else of all addresses. */
export async function serve(
  host: string,
  port: number,
  answer: (request: Request) => Promise<Answer>,
): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    requestOf(incoming)
      .then(answer)
      .catch((error: unknown) => ({ status: 500, body: String(error) }))
      .then(
        ({ status, body }) => outgoing.writeHead(status, { "Content-Type": "text/plain" }).end(body),
        (error: unknown) => outgoing.destroy(error instanceof Error ? error : new Error(String(error))),
      );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, ...(isLoopback(host) && { host }) }, resolve);
  });
  return server;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^(::ffff:)?127\./.test(host);
}

async function requestOf(incoming: IncomingMessage): Promise<Request> {
  return {
    method: incoming.method ?? "GET",
    url: new URL(incoming.url ?? "/", "http://container"),
    body: await text(incoming),
    from: incoming.socket.remoteAddress ?? "",
  };
}
