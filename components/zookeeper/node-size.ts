import { UserError } from "../errors";

/** ZooKeeper's jute.maxbuffer is 1 MiB for the whole request; some is left for path and header. */
const maxBytes = 1024 * 1024 - 4096;

/** @throws UserError for a node that would hold more than ZooKeeper takes */
export function refuseLargeNode(node: string, bytes: number): void {
  if (bytes <= maxBytes) return;
  throw new UserError(
    `${node} would take ${bytes} bytes, but a ZooKeeper node holds at most ${maxBytes} (jute.maxbuffer): make the topology ` +
      `smaller, or split it. What its spouts and bolts hold in fields and configuration is in its definition: have them read large ` +
      `things from files.`,
  );
}
