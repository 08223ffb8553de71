import type { ScheduledTask } from "./model";
import { ScheduleStatus } from "./model";

const { PENDING, THROTTLED, ASSIGNED, STARTING, RUNNING, RESTARTING, KILLING, FINISHED, FAILED, KILLED, LOST } =
  ScheduleStatus;

/** What follows from a task's change of state. */
export interface Consequences {
  /** The task is deleted instead of changed. */
  readonly delete: boolean;
  readonly countFailure: boolean;
  /** A new task takes its place. */
  readonly reschedule: boolean;
  /** The executor is told to end it. */
  readonly kill: boolean;
}

const ends = [FINISHED, FAILED, KILLED, LOST];
const allowed: ReadonlyMap<ScheduleStatus, readonly ScheduleStatus[]> = new Map([
  [ScheduleStatus.INIT, [PENDING, THROTTLED]],
  [THROTTLED, [PENDING, KILLING]],
  [PENDING, [ASSIGNED, KILLING]],
  [ASSIGNED, [STARTING, RUNNING, RESTARTING, KILLING, ...ends]],
  [STARTING, [RUNNING, RESTARTING, KILLING, ...ends]],
  [RUNNING, [RESTARTING, KILLING, ...ends]],
  [RESTARTING, [KILLING, ...ends]],
  [KILLING, ends],
]);

/**
 * Aurora's task state machine, for the states that one machine knows (nothing is preempted, drained or partitioned).
 * @returns undefined when the change is not allowed, and so does not happen.
 */
export function consequencesOf(task: ScheduledTask, to: ScheduleStatus): Consequences | undefined {
  const { status: from } = task;
  if (!allowed.get(from)?.includes(to)) return undefined;
  const waiting = from === PENDING || from === THROTTLED;
  const alive = from === ASSIGNED || from === STARTING || from === RUNNING;
  return {
    delete: waiting && to === KILLING,
    countFailure: alive && to === FAILED,
    reschedule: (from === RESTARTING && ends.includes(to)) || (alive && reschedules(task, to)),
    kill:
      (alive && (to === KILLING || to === RESTARTING)) || (to === LOST && (from === ASSIGNED || from === RESTARTING)),
  };
}

function reschedules({ assignedTask: { task }, failureCount }: ScheduledTask, to: ScheduleStatus): boolean {
  if (to === FINISHED) return task.isService;
  if (to === FAILED) return task.isService || task.maxTaskFailures === -1 || failureCount < task.maxTaskFailures - 1;
  return to === KILLED || to === LOST;
}
