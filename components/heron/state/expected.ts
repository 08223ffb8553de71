import { digestOf } from "./digest";
import { type ExecutionStateArgs, encodeExecutionState } from "./messages";

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
