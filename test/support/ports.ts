import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Below those of sandboxes and below those that systems give to outgoing connections: a server that is stopped and started
 * again finds its port free.
 */
const first = 10_000;
const last = 18_000;

/** Ports that this process was given: whoever asked for one may not listen on it yet. */
const given = new Set<number>();

/** A loopback port on which nothing listens and that nobody here was given before, any of eight thousand. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * (last - first));
    if (given.has(port)) continue;
    given.add(port);
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
