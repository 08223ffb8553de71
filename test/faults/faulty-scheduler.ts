import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { listenOnLoopback } from "../support/loopback";

/** Whether a call reaches the scheduler, and what its caller gets to see. */
interface Fault {
  readonly delivered: "never" | "at once" | "late";
  readonly answer: "none" | "late" | "cut off" | "truncated" | 307 | 500 | 502 | 503 | 504;
}

const faults = {
  "connection lost before the call arrived": { delivered: "never", answer: "none" },
  "connection lost, the call arrived": { delivered: "at once", answer: "none" },
  "the call arrived after the timeout": { delivered: "late", answer: "none" },
  "the answer came after the timeout": { delivered: "at once", answer: "late" },
  "the answer was cut off": { delivered: "at once", answer: "cut off" },
  "the answer was truncated": { delivered: "at once", answer: "truncated" },
  "HTTP 500, nothing done": { delivered: "never", answer: 500 },
  "HTTP 500, done": { delivered: "at once", answer: 500 },
  "HTTP 502, done": { delivered: "at once", answer: 502 },
  "HTTP 504, nothing done": { delivered: "never", answer: 504 },
  "no leader": { delivered: "never", answer: 503 },
  "another scheduler leads": { delivered: "never", answer: 307 },
} as const satisfies Record<string, Fault>;

export type SchedulerFault = keyof typeof faults;

export const schedulerFaults = Object.keys(faults) as readonly SchedulerFault[];

/** The timeout of calls through such a way, in ms: long enough for a busy machine. */
export const callTimeoutMs = 1_000;
const lateMs = callTimeoutMs + 200;

/** A way to a scheduler on which calls and answers get lost, each as `next` says. */
export class FaultyScheduler {
  /** What happens to the next call. */
  next: () => SchedulerFault | undefined = () => undefined;
  private readonly underWay = new Set<Promise<void>>();
  private readonly server = createServer((incoming, outgoing) => {
    const passage: Promise<void> = this.pass(incoming, outgoing)
      // A caller that hung up, or a scheduler that did.
      .catch(() => void outgoing.destroy())
      .finally(() => this.underWay.delete(passage));
    this.underWay.add(passage);
  });
  private port = 0;

  private constructor(private readonly target: string) {}

  /** @param target the scheduler's address */
  static async open(target: string): Promise<FaultyScheduler> {
    const way = new FaultyScheduler(target);
    way.port = await listenOnLoopback(way.server);
    return way;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves when no call is under way any more. */
  async calm(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const name = this.next();
    const fault: Fault | undefined = name && faults[name];
    if (fault?.delivered === "late") await sleep(lateMs);
    const answer = fault?.delivered === "never" ? undefined : await this.deliver(incoming, body);
    if (fault?.answer === "late") await sleep(lateMs);
    if (fault?.answer === "none" || fault?.answer === "late") {
      outgoing.destroy();
    } else if (fault?.answer === 307) {
      outgoing.writeHead(307, { location: `${this.url}/leader/${Math.random()}` }).end();
    } else if (typeof fault?.answer === "number") {
      outgoing.writeHead(fault.answer, { "content-type": "text/html" }).end("<html></html>");
    } else if (answer !== undefined) {
      const half = answer.content.subarray(0, answer.content.length / 2);
      const sent = fault?.answer === "truncated" ? half : answer.content;
      outgoing.writeHead(answer.status, { "content-type": answer.type, "content-length": sent.length });
      if (fault?.answer === "cut off") outgoing.write(half, () => outgoing.destroy());
      else outgoing.end(sent);
    }
  }

  private async deliver({ headers }: IncomingMessage, body: Buffer) {
    const {
      statusCode,
      headers: answered,
      body: content,
    } = await request(new URL("/api", this.target), {
      method: "POST",
      headers: { "content-type": headers["content-type"] ?? "", accept: headers.accept ?? "*/*" },
      body,
    });
    return { status: statusCode, type: String(answered["content-type"]), content: await content.bytes() };
  }
}
