import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { LockMark } from "./store";

const id = randomUUID();

/** What is read in a lock of ours. */
const ours = /^pulumi-heron-aurora (?<owner>\S+) on (?<host>\S+), process (?<pid>\d+)$/;

/** The mark of this process. @param owner `project/stack` */
export function lockMark(owner: string): LockMark {
  return { id, text: `pulumi-heron-aurora ${owner} on ${hostname() || "localhost"}, process ${process.pid}` };
}

/** Who holds a lock, in words, as far as it says so in a way that is known: what else is in it is not told. */
export function holderIn(content: Uint8Array): string | undefined {
  const text = Buffer.from(content).toString();
  const { owner, host, pid } = ours.exec(text)?.groups ?? {};
  if (owner !== undefined) return `a run of the stack '${owner}' on ${host} (process ${pid})`;
  // What Curator puts into a node by itself.
  return /^[\da-f]*[.:][\da-f.:]+$/i.test(text) ? `Heron's command on ${text}` : undefined;
}
