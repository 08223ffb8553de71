import { once } from "node:events";
import { type Socket, connect, createServer } from "node:net";
import { listenOnLoopback } from "./loopback";

/** A TCP way to a server that can be cut and joined again: a network that fails while both ends live. */
export interface Link {
  /** `127.0.0.1:port` of this end. */
  readonly address: string;
  cut(): Promise<void>;
  join(): Promise<void>;
  /** Breaks the connection that brings the next answer when this many bytes of it have passed. */
  breakAfter(bytes: number): void;
  /** Takes the next connection and lets nothing through, as a server does that hangs. */
  swallowNext(): void;
  /** Ends of connections that are open. */
  connections(): number;
}

export async function startLink(target: string): Promise<Link> {
  const [host, targetPort] = target.split(":");
  const sockets = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // Either end may reset the connection: that is what this is for.
    socket.on("error", () => socket.destroy());
    return socket;
  };
  let left = Number.POSITIVE_INFINITY;
  let swallows = false;
  const server = createServer((near) => {
    if (swallows) {
      swallows = false;
      track(near).resume();
      return;
    }
    const far = track(connect(Number(targetPort), host));
    track(near).pipe(far);
    far.on("data", (data: Buffer) => {
      near.write(data.subarray(0, left));
      left -= data.length;
      if (left > 0) return;
      left = Number.POSITIVE_INFINITY;
      near.end();
    });
    far.once("end", () => near.end());
  });
  const port = await listenOnLoopback(server);
  return {
    address: `127.0.0.1:${port}`,
    cut: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    breakAfter: (bytes) => {
      left = bytes;
    },
    swallowNext: () => {
      swallows = true;
    },
    connections: () => sockets.size,
    join: async () => {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
    },
  };
}
