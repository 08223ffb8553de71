import type { JobUpdateDetails } from "../model";
import { JobUpdateStatus } from "../model";
import type { Evaluation } from "./one-way-updater";

/** Remembers, for updates that pause after each batch, which instances had their turn. */
export class AutoPause {
  private readonly seen = new Map<string, Set<number>>();

  /** Whether this round begins a new batch, and so the update pauses instead. */
  pausesAt({ update: { summary, instructions } }: JobUpdateDetails, evaluation: Evaluation): boolean {
    const { batchStrategy, varBatchStrategy } = instructions.settings.updateStrategy;
    const enabled = batchStrategy?.autopauseAfterBatch ?? varBatchStrategy?.autopauseAfterBatch ?? false;
    if (!enabled || summary.state.status !== JobUpdateStatus.ROLLING_FORWARD) return false;
    const ids = evaluation.steps.map(({ instanceId }) => instanceId);
    const seen = this.seen.get(summary.key.id);
    if (!seen) {
      this.seen.set(summary.key.id, new Set(ids));
      return false;
    }
    if (evaluation.status === "succeeded") {
      this.seen.delete(summary.key.id);
      return false;
    }
    const crossing = ids.some((id) => !seen.has(id));
    for (const id of ids) seen.add(id);
    return crossing;
  }

  /** After a restart: the instances that had their turn before. */
  restore({ update: { summary }, instanceEvents }: JobUpdateDetails): void {
    this.seen.set(summary.key.id, new Set(instanceEvents.map(({ instanceId }) => instanceId)));
  }
}
