import { JobUpdateStatus, ScheduleStatus } from "./model";

/** States in which a task is wanted or alive. */
export const activeStatuses: ReadonlySet<ScheduleStatus> = new Set([
  ScheduleStatus.THROTTLED,
  ScheduleStatus.PENDING,
  ScheduleStatus.ASSIGNED,
  ScheduleStatus.STARTING,
  ScheduleStatus.RUNNING,
  ScheduleStatus.PREEMPTING,
  ScheduleStatus.RESTARTING,
  ScheduleStatus.DRAINING,
  ScheduleStatus.KILLING,
  ScheduleStatus.PARTITIONED,
]);

/** States in which a task holds a place on a host. */
export const slaveAssignedStatuses: ReadonlySet<ScheduleStatus> = new Set(
  [...activeStatuses].filter((status) => status !== ScheduleStatus.THROTTLED && status !== ScheduleStatus.PENDING),
);

export const terminalStatuses: ReadonlySet<ScheduleStatus> = new Set([
  ScheduleStatus.FINISHED,
  ScheduleStatus.FAILED,
  ScheduleStatus.KILLED,
  ScheduleStatus.LOST,
]);

/** Active and not being killed yet. */
export const killableStatuses: ReadonlySet<ScheduleStatus> = new Set(
  [...activeStatuses].filter((status) => status !== ScheduleStatus.KILLING),
);

/** States of an update that is not over. */
export const activeUpdateStatuses: ReadonlySet<JobUpdateStatus> = new Set([
  JobUpdateStatus.ROLLING_FORWARD,
  JobUpdateStatus.ROLLING_BACK,
  JobUpdateStatus.ROLL_FORWARD_PAUSED,
  JobUpdateStatus.ROLL_BACK_PAUSED,
  JobUpdateStatus.ROLL_FORWARD_AWAITING_PULSE,
  JobUpdateStatus.ROLL_BACK_AWAITING_PULSE,
]);

export function statusName(status: ScheduleStatus): string {
  return ScheduleStatus[status];
}

export function updateStatusName(status: JobUpdateStatus): string {
  return JobUpdateStatus[status];
}
