import type { ScheduledTask, TaskConfig } from "../model";
import { ScheduleStatus } from "../model";
import { killableStatuses, terminalStatuses } from "../status";

/** What to do next about one instance of an update. */
export type Verdict = "wait" | "add" | "kill" | "watch" | "succeeded" | "failed";

/** Decides, from what is seen of one instance, how its update goes on. Counts the failures it sees. */
export class InstanceUpdater {
  private failures = 0;

  /** @param desired what the instance shall run; nothing when it shall be gone */
  constructor(
    private readonly desired: TaskConfig | undefined,
    private readonly toleratedFailures: number,
    private readonly minRunningMs: number,
  ) {}

  evaluate(task: ScheduledTask | undefined, now: number): Verdict {
    const present = task && !isPermanentlyKilled(task) ? task : undefined;
    if (!this.desired) {
      if (!present) return "succeeded";
      return killableStatuses.has(present.status) ? "kill" : "wait";
    }
    if (!present) return "add";
    if (present.assignedTask.task !== this.desired) return killableStatuses.has(present.status) ? "kill" : "wait";
    return this.evaluateDesired(present, now);
  }

  private evaluateDesired({ status, taskEvents }: ScheduledTask, now: number): Verdict {
    if (status === ScheduleStatus.RUNNING) {
      const since = taskEvents.at(-1)?.timestamp ?? now;
      return now - since >= this.minRunningMs ? "succeeded" : "watch";
    }
    if (!terminalStatuses.has(status)) return "wait";
    this.failures++;
    return this.failures > this.toleratedFailures ? "failed" : "wait";
  }
}

/** Killed on purpose, and dead by now. */
function isPermanentlyKilled({ status, taskEvents }: ScheduledTask): boolean {
  return status !== ScheduleStatus.KILLING && taskEvents.some((event) => event.status === ScheduleStatus.KILLING);
}
