import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import { internalError } from "./errors";
import type { AssignedTask, JobKey, ScheduledTask, TaskConfig } from "./model";
import { ScheduleStatus } from "./model";
import type { FlappingSettings } from "./reschedule";
import { flappingPenaltyMs } from "./reschedule";
import type { Store } from "./store";
import { consequencesOf } from "./task-machine";

/** Hears of every task that changed or was deleted, after the change. */
export interface TaskListener {
  taskChanged(task: ScheduledTask): void;
  taskDeleted(task: ScheduledTask): void;
}

export interface TaskManagerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly flapping: FlappingSettings;
  /** The scheduler's host name, which stands in every task event. */
  readonly scheduler: string;
  readonly random: () => number;
  /** Tells a task's executor to end it; it reports back by {@link TaskManager.changeState}. */
  readonly kill: (taskId: string) => void;
}

/** Where a task may run. */
export interface Placement {
  readonly slaveId: string;
  readonly slaveHost: string;
  readonly assignedPorts: Readonly<Record<string, number>>;
}

/** Makes tasks and moves them through their states, with all that follows from each move. */
export class TaskManager {
  private readonly listeners: TaskListener[] = [];

  constructor(private readonly options: TaskManagerOptions) {}

  listen(listener: TaskListener): void {
    this.listeners.push(listener);
  }

  /** Makes a task for each instance. @throws Refused when one of the instances has an active task. */
  insertPending(config: TaskConfig, instanceIds: readonly number[]): void {
    const taken = new Set(
      this.options.store.activeTasksOf(config.job).map(({ assignedTask }) => assignedTask.instanceId),
    );
    if (instanceIds.some((id) => taken.has(id))) throw internalError("Instance ID collision detected.");
    const shared = this.options.store.intern(config);
    for (const instanceId of instanceIds) this.insert(newTask(shared, instanceId), ScheduleStatus.PENDING);
  }

  /** @returns whether the change was allowed and happened. */
  changeState(taskId: string, to: ScheduleStatus, message?: string): boolean {
    const task = this.options.store.task(taskId);
    const consequences = task && consequencesOf(task, to);
    if (!task || !consequences) return false;
    if (consequences.delete) {
      this.delete(task);
      return true;
    }
    const changed = this.withEvent(task, to, message);
    const saved = consequences.countFailure ? { ...changed, failureCount: task.failureCount + 1 } : changed;
    this.options.store.apply({ kind: "task", task: saved });
    if (consequences.reschedule) this.reschedule(saved);
    if (consequences.kill) this.options.kill(taskId);
    this.tell(saved);
    return true;
  }

  /** Puts a PENDING task on a host. */
  assign(taskId: string, placement: Placement): ScheduledTask | undefined {
    const task = this.options.store.task(taskId);
    if (task?.status !== ScheduleStatus.PENDING) return undefined;
    const assigned = this.withEvent(
      { ...task, assignedTask: { ...task.assignedTask, ...placement } },
      ScheduleStatus.ASSIGNED,
    );
    this.options.store.apply({ kind: "task", task: assigned });
    this.tell(assigned);
    return assigned;
  }

  delete(task: ScheduledTask): void {
    this.options.store.apply({ kind: "taskDeleted", taskId: task.assignedTask.taskId });
    for (const listener of this.listeners) listener.taskDeleted(task);
  }

  /** Throttled tasks wait on timers, which a restart of the scheduler loses: starts them anew. */
  resumeThrottled(): void {
    for (const task of [...this.options.store.allTasks()]) {
      if (task.status === ScheduleStatus.THROTTLED) this.releaseLater(task);
    }
  }

  private reschedule(ended: ScheduledTask): void {
    const { store, flapping, random } = this.options;
    const penaltyMs = flappingPenaltyMs(ended, (id) => store.task(id), flapping, random);
    const { task, instanceId, taskId } = ended.assignedTask;
    const next = { ...newTask(task, instanceId), failureCount: ended.failureCount, ancestorId: taskId };
    if (penaltyMs > 0) {
      const message = `Rescheduled, penalized for ${penaltyMs} ms for flapping`;
      this.releaseLater(this.insert(next, ScheduleStatus.THROTTLED, message));
    } else {
      this.insert(next, ScheduleStatus.PENDING, "Rescheduled");
    }
  }

  private releaseLater(task: ScheduledTask): void {
    const { clock } = this.options;
    const event = task.taskEvents.at(-1);
    const penaltyMs = Number(/penalized for (\d+) ms/.exec(event?.message ?? "")?.[1] ?? 0);
    const waited = clock.now() - (event?.timestamp ?? 0);
    clock.after(Math.max(0, penaltyMs - waited), () => {
      this.changeState(task.assignedTask.taskId, ScheduleStatus.PENDING);
    });
  }

  private insert(task: ScheduledTask, status: ScheduleStatus, message?: string): ScheduledTask {
    const inserted = this.withEvent(task, status, message);
    this.options.store.apply({ kind: "task", task: inserted });
    this.tell(inserted);
    return inserted;
  }

  private withEvent(task: ScheduledTask, status: ScheduleStatus, message?: string): ScheduledTask {
    const { clock, scheduler } = this.options;
    const event = { timestamp: clock.now(), status, ...(message !== undefined && { message }), scheduler };
    return { ...task, status, taskEvents: [...task.taskEvents, event] };
  }

  private tell(task: ScheduledTask): void {
    for (const listener of this.listeners) listener.taskChanged(task);
  }
}

function newTask(config: TaskConfig, instanceId: number): ScheduledTask {
  const assignedTask: AssignedTask = {
    taskId: newTaskId(config.job, instanceId),
    task: config,
    assignedPorts: {},
    instanceId,
  };
  return {
    assignedTask,
    status: ScheduleStatus.INIT,
    failureCount: 0,
    timesPartitioned: 0,
    taskEvents: [],
  };
}

/** Aurora's form: readable, unique, and only letters, digits, `_` and `-`. */
function newTaskId({ role, environment, name }: JobKey, instanceId: number): string {
  return [role, environment, name, instanceId, randomUUID()].join("-").replace(/[^\w-]/g, "-");
}
