import { once } from "node:events";
import { type Socket, connect, createServer } from "node:net";

/** A TCP way to a server that can be cut and joined again: a network that fails while both ends live. */
export interface Link {
  /** `127.0.0.1:port` of this end. */
  readonly address: string;
  cut(): Promise<void>;
  join(): Promise<void>;
}

export async function startLink(target: string): Promise<Link> {
  const [host, port] = target.split(":");
  const sockets = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // Either end may reset the connection: that is what this is for.
    socket.on("error", () => socket.destroy());
    return socket;
  };
  const server = createServer((near) => {
    const far = track(connect(Number(port), host));
    track(near).pipe(far).pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no TCP address");
  return {
    address: `127.0.0.1:${address.port}`,
    cut: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    join: async () => {
      server.listen(address.port, "127.0.0.1");
      await once(server, "listening");
    },
  };
}
