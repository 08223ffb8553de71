import type { SubmittedNodes } from "../heron/state";
import type { UpdateLocks } from "./update-locks";

/** What a run keeps in mind from one look at the job to the next. */
export interface Run {
  /** The engine's: an `update` is of a job that was recorded as ours, which another may have taken over since. */
  readonly operation: "create" | "update";
  /** Instances that an update of ours may have been replacing when it was broken off. */
  readonly interrupted: Set<number>;
  /** Held while the packing plan of a job that is there, or its containers, are changed. */
  readonly locks: UpdateLocks;
  /** The state tree's nodes before the first write. */
  found?: SubmittedNodes;
  /** Whether what was found has been told apart from what this run makes. */
  isSeen?: boolean;
  /** Whether this run has begun to submit it: what is not there yet is not gone. */
  isSubmitting?: boolean;
}
