import { createHash } from "node:crypto";
import { type ExecutionStateArgs, encodeExecutionState, executionStateIn } from "./messages";

/** What a digest covers, as bytes; undefined where there is no node. */
interface Digested {
  readonly topology: Uint8Array | undefined;
  readonly plan: Uint8Array | undefined;
  readonly executionState: Uint8Array | undefined;
}

/** What a submission puts into the tree, before it is there; without a time. */
export interface ExpectedTree {
  readonly name: string;
  readonly topology: Uint8Array;
  readonly plan: Uint8Array;
  readonly executionState: Omit<ExecutionStateArgs, "submissionTime">;
}

/** What `StateTree.digest` answers once `expected` is in the tree: known without a tree, alike on every machine. */
export function expectedDigest({ name, topology, plan, executionState }: ExpectedTree): string {
  return digestOf({
    topology,
    plan,
    executionState: encodeExecutionState(name, { ...executionState, submissionTime: 0 }),
  });
}

/** SHA-256, lower-case hex, of the three nodes; the submission time is left out. */
export function digestOf(nodes: Digested): string {
  const hash = createHash("sha256");
  for (const bytes of [nodes.topology, nodes.plan, nodes.executionState && timeless(nodes.executionState)]) {
    hash.update(bytes === undefined ? "absent\n" : `${bytes.length}\n`);
    if (bytes !== undefined) hash.update(bytes);
  }
  return hash.digest("hex");
}

/** What is no execution state stays as it is, and so differs from every one. */
function timeless(executionState: Uint8Array): Uint8Array {
  const state = executionStateIn(executionState);
  if (state === undefined) return executionState;
  return encodeExecutionState(state.topologyName, {
    topologyId: state.topologyId,
    submissionTime: 0,
    submissionUser: state.submissionUser,
    cluster: state.cluster,
    environment: state.environ,
    role: state.role,
    release: { user: state.releaseState?.releaseUsername ?? "", version: state.releaseState?.releaseVersion ?? "" },
  });
}
