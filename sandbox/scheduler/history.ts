import type { ScheduledTask } from "./model";
import { terminalStatuses } from "./status";
import type { Store } from "./store";
import type { TaskListener, TaskManager } from "./task-manager";

/** Aurora's flag history_max_per_job_threshold at its default. */
const maxPerJob = 100;

/** Forgets a job's oldest dead tasks when there are too many of them. */
export class History implements TaskListener {
  constructor(
    private readonly store: Store,
    private readonly manager: TaskManager,
  ) {}

  taskChanged({ assignedTask, status }: ScheduledTask): void {
    if (!terminalStatuses.has(status)) return;
    const dead = this.store.tasksOf(assignedTask.task.job).filter((task) => terminalStatuses.has(task.status));
    for (const task of dead.slice(0, Math.max(0, dead.length - maxPerJob))) this.manager.delete(task);
  }

  taskDeleted(): void {
    // A task less needs nothing more.
  }
}
