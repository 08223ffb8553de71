import { createHash } from "node:crypto";
import { withoutTime } from "./wire";

/** What a digest covers, as bytes; undefined where there is no node. */
interface Digested {
  readonly topology: Uint8Array | undefined;
  readonly plan: Uint8Array | undefined;
  readonly executionState: Uint8Array | undefined;
}

/** SHA-256, lower-case hex, of the three nodes; the submission time is left out. */
export function digestOf(nodes: Digested): string {
  const hash = createHash("sha256");
  for (const bytes of [nodes.topology, nodes.plan, nodes.executionState && withoutTime(nodes.executionState)]) {
    hash.update(bytes === undefined ? "absent\n" : `${bytes.length}\n`);
    if (bytes !== undefined) hash.update(bytes);
  }
  return hash.digest("hex");
}
