import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below those of sandboxes and below those that systems give to outgoing connections: a server that is stopped and started
 * again finds its port free.
 */
const first = 10_000;
const last = 18_000;

/** A loopback port on which nothing listens, any of eight thousand. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * (last - first));
    if (await canListen(port)) return port;
  }
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
    throw error;
  }
  server.close();
  await once(server, "close");
  return true;
}
