import { createServer } from "node:net";

/** Ports that tasks get: Mesos's default range, below those that systems give to outgoing connections. */
const first = 20_000;
const last = 32_000;

/** Gives out free loopback ports, none twice while it is in use. */
export class Ports {
  private next = first + Math.floor(Math.random() * (last - first));
  private readonly offered = new Set<number>();

  /** @param inUse ports of tasks that are alive, whether or not they listen yet */
  constructor(private readonly inUse: () => ReadonlySet<number>) {}

  /** @throws Error when no port is free */
  async take(count: number): Promise<number[]> {
    const taken: number[] = [];
    const used = this.inUse();
    for (let tries = last - first; taken.length < count; tries--) {
      if (tries === 0) throw new Error(`No free port between ${first} and ${last}.`);
      const port = this.next;
      this.next = port + 1 < last ? port + 1 : first;
      if (used.has(port) || this.offered.has(port)) continue;
      this.offered.add(port);
      if (await isFree(port)) taken.push(port);
      else this.offered.delete(port);
    }
    return taken;
  }

  /** The task that the ports were taken for is known to {@link Ports.inUse} now, or will not come. */
  settle(ports: readonly number[]): void {
    for (const port of ports) this.offered.delete(port);
  }
}

/** Whether a server could listen on the port, on the loopback address and on all. */
async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, "127.0.0.1")) && (await canListen(port, "0.0.0.0"));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
