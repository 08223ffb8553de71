import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listenOnLoopback } from "./loopback";

/** An HTTP server on the loopback address that stands before another one. */
export interface Door {
  readonly url: string;
  /** Ends the connections too. */
  close(): Promise<void>;
}

/** Opens one that treats each request by `pass`; where that fails one end is gone, and the other sees a broken connection. */
export async function openDoor(
  pass: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>,
): Promise<Door> {
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = once(server, "close");
      server.closeAllConnections();
      server.close();
      await closed;
    },
  };
}
