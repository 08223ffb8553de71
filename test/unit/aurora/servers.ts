import { createServer as createHttpServer } from "node:http";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { bytes, type Exchange } from "./recordings";
import { listenOnLoopback } from "../../support/loopback";

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  /** The connection it came on: equal objects, equal connection. */
  readonly socket: Socket;
}

export interface TestServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** A real HTTP (with `tls`: HTTPS) server on the loopback address; `answer` gets each request when its body is in. */
export async function serve(
  answer: (request: SeenRequest, response: ServerResponse, count: number) => void,
  tls?: ServerOptions,
): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers, socket } = request;
      const complete = { method, url, headers, socket, body: Buffer.concat(chunks) };
      seen.push(complete);
      answer(complete, response, seen.length);
    });
  };
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  const port = await listenOnLoopback(server);
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    seen,
    close: () => {
      server.closeAllConnections();
      return closed(server);
    },
  };
}

/** A server that answers every connection's request with the recorded bytes of `next()`, and closes it. */
export async function replay(next: () => Exchange): Promise<TestServer> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.once("data", () => {
      const { line, headers: recorded, body } = next().response;
      // The recording shortens HTML pages, and where their length is left out the connection's end tells it.
      const headers = recorded.filter((each) => !each.startsWith("Content-Length"));
      socket.end(Buffer.concat([Buffer.from(`${[line, ...headers].join("\r\n")}\r\n\r\n`, "latin1"), bytes(body)]));
    });
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    seen: [],
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      return closed(server);
    },
  };
}

/** An address at which nobody listens. */
export async function deadAddress(): Promise<string> {
  const server = createTcpServer();
  const port = await listenOnLoopback(server);
  await closed(server);
  return `http://127.0.0.1:${port}`;
}

const JSON_REPLY = { "content-type": "application/vnd.apache.thrift.json" };

/** An OK with no result to whatever is asked. */
export function answerOk(request: SeenRequest, response: ServerResponse): void {
  answerCode(request, response, 1);
}

/** An answer with that response code and, if given, words. */
export function answerCode(request: SeenRequest, response: ServerResponse, code: number, words?: string): void {
  const details = words === undefined ? '["rec",0]' : `["rec",1,{"1":{"str":${JSON.stringify(words)}}}]`;
  response.writeHead(200, JSON_REPLY);
  response.end(replyText(request, `{"1":{"i32":${code}},"6":{"lst":${details}}}`));
}

/** The reply message to a request with that TJSON of a Response. */
export function replyText(request: SeenRequest, tjsonResponse: string): string {
  const method = /^\[1,"(\w+)"/.exec(request.body.toString())?.[1] ?? "";
  return `[1,"${method}",2,1,{"0":{"rec":${tjsonResponse}}}]`;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
  });
}
