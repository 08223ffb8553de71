import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { request } from "undici";
import { type Door, openDoor } from "./door";

/** A moment in the talk with the scheduler: a call that it has not got yet, or has carried out unanswered. */
export interface Moment {
  readonly when: "before" | "after";
  /** Name of the API's method. */
  readonly method: string;
  /** Which call of the method, from 1 (default 1). */
  readonly nth?: number;
  /** The call and its answer get through all the same (default: the one or the other is lost). */
  readonly unharmed?: true;
}

interface Ambush extends Moment {
  readonly then: () => unknown;
}

/** A way to the scheduler on which a test can stand at an exact moment of a conversation. */
export class Gate {
  private armed: Ambush | undefined;
  private seen = 0;

  private constructor(
    private readonly target: string,
    private readonly door: Door,
  ) {}

  /** @param target the scheduler's address */
  static async open(target: string): Promise<Gate> {
    const door = await openDoor((incoming, outgoing) => gate.pass(incoming, outgoing));
    const gate = new Gate(target, door);
    return gate;
  }

  get url(): string {
    return this.door.url;
  }

  /** Calls `then` once, at that moment of what comes from now on, and holds the call as long as that takes. */
  at(moment: Moment, then: () => unknown): void {
    this.armed = { ...moment, then };
    this.seen = 0;
  }

  close(): Promise<void> {
    return this.door.close();
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const ambush = this.dueAt(body);
    if (ambush?.when === "before") {
      await ambush.then();
      if (!ambush.unharmed) {
        outgoing.destroy();
        return;
      }
    }
    const answer = await request(new URL(incoming.url ?? "/", this.target), {
      method: "POST",
      headers: { "content-type": incoming.headers["content-type"] ?? "", accept: incoming.headers.accept ?? "*/*" },
      body,
    });
    const content = await answer.body.bytes();
    if (ambush?.when === "after") {
      await ambush.then();
      if (!ambush.unharmed) {
        outgoing.destroy();
        return;
      }
    }
    outgoing.writeHead(answer.statusCode, { "content-type": String(answer.headers["content-type"]) }).end(content);
  }

  /** What was armed, if this call is the one that it waits for. */
  private dueAt(call: Buffer): Ambush | undefined {
    const { armed } = this;
    if (armed === undefined || !names(call, armed.method) || ++this.seen < (armed.nth ?? 1)) return undefined;
    this.armed = undefined;
    return armed;
  }
}

/** A message's name stands near its beginning in each of Thrift's protocols. */
function names(call: Buffer, method: string): boolean {
  return new RegExp(`\\b${method}\\b`).test(call.subarray(0, 80).toString("latin1"));
}
