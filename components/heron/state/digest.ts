import { hash } from "node:crypto";
import { withoutTime } from "./wire";

/** What a digest covers, as bytes; undefined where there is no node. */
interface Digested {
  readonly topology: Uint8Array | undefined;
  readonly plan: Uint8Array | undefined;
  readonly executionState: Uint8Array | undefined;
}

/** SHA-256, lower-case hex, of the three nodes; the submission time is left out. */
export function digestOf(nodes: Digested): string {
  const covered = [nodes.topology, nodes.plan, nodes.executionState && withoutTime(nodes.executionState)];
  const parts = covered.flatMap((bytes) =>
    bytes === undefined ? [Buffer.from("absent\n")] : [Buffer.from(`${bytes.length}\n`), bytes],
  );
  return hash("sha256", Buffer.concat(parts), "hex");
}
