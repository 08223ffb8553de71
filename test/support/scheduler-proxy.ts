import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import { listenOnLoopback } from "./loopback";

/** A call as a proxy sees it. */
export interface ProxiedCall {
  readonly method?: string;
  readonly authorization?: string;
}

/**
 * What a proxy answers itself: `after` it has passed the call on, that it has broken; as a scheduler without a leader; that it
 * wants a password; that the leader is elsewhere, where nobody listens.
 */
export type OwnAnswer = "after" | "leaderless" | "locked" | "elsewhere";

/** A proxy before a scheduler that takes calls without a password. */
export class SchedulerProxy {
  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  /** @param answer what it answers itself; undefined: what the scheduler at `upstream` does */
  static async open(upstream: string, answer: (call: ProxiedCall) => OwnAnswer | undefined): Promise<SchedulerProxy> {
    const server = createServer((asked, response) => {
      const parts: Buffer[] = [];
      asked.on("data", (part: Buffer) => parts.push(part));
      asked.on("end", () => {
        const body = Buffer.concat(parts);
        const { authorization, ...headers } = asked.headers;
        const [, method] = /\[1,"(\w+)"/.exec(body.toString()) ?? [];
        const own = answer({ ...(method && { method }), ...(authorization && { authorization }) });
        if (own === "leaderless") return response.writeHead(503).end("<h2>No Leader Found</h2>");
        if (own === "locked") return response.writeHead(401).end();
        if (own === "elsewhere") return response.writeHead(307, { location: "http://127.0.0.1:1/api" }).end();
        return request(`${upstream}${asked.url ?? ""}`, { method: "POST", headers }, (got) => {
          if (own === "after") {
            got.resume();
            response.writeHead(503).end("upstream connect error or disconnect/reset before headers");
          } else {
            response.writeHead(got.statusCode ?? 500, got.headers);
            got.pipe(response);
          }
        }).end(body);
      });
    });
    return new SchedulerProxy(server, await listenOnLoopback(server));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    await once(this.server.close(), "close");
  }
}
