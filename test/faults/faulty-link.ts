import { once } from "node:events";
import { type Socket, connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { listenOnLoopback } from "../support/loopback";

export const linkFaults = ["connection lost", "answer lost", "session expired", "unreachable for a while"] as const;

export type LinkFault = (typeof linkFaults)[number];

/** Where the session's number stands in the request by which a ZooKeeper client connects. */
const sessionAt = { first: 20, end: 28 };
const unreachableMs = 300;

/** A TCP way to a ZooKeeper server on which connections and sessions get lost. */
export class FaultyLink {
  private readonly sockets = new Set<Socket>();
  private loseAnswer = false;
  private loseSession = false;
  private reachable = true;
  private readonly server = createServer((near) => this.join(near));
  private port = 0;

  private constructor(private readonly target: string) {}

  /** @param target `host:port` */
  static async open(target: string): Promise<FaultyLink> {
    const link = new FaultyLink(target);
    link.port = await listenOnLoopback(link.server);
    return link;
  }

  /** `127.0.0.1:port` */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  strike(fault: LinkFault): void {
    if (fault === "answer lost") {
      this.loseAnswer = true;
      return;
    }
    this.loseSession = fault === "session expired";
    if (fault === "unreachable for a while") {
      this.reachable = false;
      void sleep(unreachableMs).then(() => (this.reachable = true));
    }
    this.cut();
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    this.cut();
    await closed;
  }

  private cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private join(near: Socket): void {
    if (!this.reachable) {
      near.destroy();
      return;
    }
    const [host, port] = this.target.split(":");
    const far = connect(Number(port), host);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      // Either end may reset the connection: that is what this is for.
      socket.on("error", () => socket.destroy());
      socket.once("close", () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    near.once("data", (hello: Buffer) => {
      far.write(this.estranged(hello));
      near.on("data", (data) => far.write(data));
    });
    far.on("data", (data) => {
      if (this.loseAnswer) {
        this.loseAnswer = false;
        this.cut();
      } else {
        near.write(data);
      }
    });
  }

  /** The request to connect, of a session that the server does not know any more if it shall be lost. */
  private estranged(hello: Buffer): Buffer {
    const session = hello.subarray(sessionAt.first, sessionAt.end);
    if (!this.loseSession || session.every((byte) => byte === 0)) return hello;
    this.loseSession = false;
    session.fill(0x5a);
    return hello;
  }
}
