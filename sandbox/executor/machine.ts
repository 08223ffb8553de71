import type { Agent } from "../scheduler/assigner";
import type { ScheduledTask } from "../scheduler/model";
import type { Stream } from "./task-folder";

/** An agent over its whole life, and where its tasks' output can be read. */
export interface Machine extends Agent {
  /** Takes up a task that was launched before the sandbox's last start. */
  recover(task: ScheduledTask): void;
  /** Removes what a dead task left. */
  forget(taskId: string): void;
  /** Stops looking after tasks; they go on. */
  detach(): void;
  /** Ends all tasks' processes, without the scheduler's knowing. */
  killAll(): Promise<void>;
  /** Names of a task's processes that have output. */
  processesOf(taskId: string): readonly string[];
  /** The end of what a process's last run wrote; undefined when there is none. */
  output(taskId: string, process: string, stream: Stream): Promise<string | undefined>;
}
