import { JobUpdateStatus } from "../model";

const {
  ROLLING_FORWARD,
  ROLLING_BACK,
  ROLL_FORWARD_PAUSED,
  ROLL_BACK_PAUSED,
  ROLL_FORWARD_AWAITING_PULSE,
  ROLL_BACK_AWAITING_PULSE,
  ROLLED_FORWARD,
  ROLLED_BACK,
  ABORTED,
  FAILED,
  ERROR,
} = JobUpdateStatus;

const allowed: ReadonlyMap<JobUpdateStatus, readonly JobUpdateStatus[]> = new Map([
  [
    ROLLING_FORWARD,
    [ROLLING_BACK, ROLL_FORWARD_PAUSED, ROLL_FORWARD_AWAITING_PULSE, ROLLED_FORWARD, ABORTED, FAILED, ERROR],
  ],
  [ROLLING_BACK, [ROLL_BACK_PAUSED, ROLL_BACK_AWAITING_PULSE, ROLLED_BACK, ABORTED, ERROR, FAILED]],
  [ROLL_FORWARD_PAUSED, [ROLLING_BACK, ROLLING_FORWARD, ROLL_FORWARD_AWAITING_PULSE, ABORTED, ERROR]],
  [ROLL_BACK_PAUSED, [ROLLING_BACK, ROLL_BACK_AWAITING_PULSE, ABORTED, ERROR]],
  [ROLL_FORWARD_AWAITING_PULSE, [ROLLING_BACK, ROLLING_FORWARD, ROLL_FORWARD_PAUSED, ABORTED, ERROR]],
  [ROLL_BACK_AWAITING_PULSE, [ROLLING_BACK, ROLL_BACK_PAUSED, ABORTED, ERROR]],
]);

/** Whether Aurora lets an update go from one state to the other. */
export function mayChange(from: JobUpdateStatus, to: JobUpdateStatus): boolean {
  return allowed.get(from)?.includes(to) ?? false;
}

const paused = new Map([
  [ROLLING_FORWARD, ROLL_FORWARD_PAUSED],
  [ROLLING_BACK, ROLL_BACK_PAUSED],
  [ROLL_FORWARD_AWAITING_PULSE, ROLL_FORWARD_PAUSED],
  [ROLL_BACK_AWAITING_PULSE, ROLL_BACK_PAUSED],
  [ROLL_FORWARD_PAUSED, ROLL_FORWARD_PAUSED],
  [ROLL_BACK_PAUSED, ROLL_BACK_PAUSED],
]);

const resumed = new Map([
  [ROLL_FORWARD_PAUSED, ROLLING_FORWARD],
  [ROLL_BACK_PAUSED, ROLLING_BACK],
  [ROLLING_FORWARD, ROLLING_FORWARD],
  [ROLLING_BACK, ROLLING_BACK],
]);

const resumedBlocked = new Map([
  [ROLL_FORWARD_PAUSED, ROLL_FORWARD_AWAITING_PULSE],
  [ROLL_BACK_PAUSED, ROLL_BACK_AWAITING_PULSE],
  [ROLL_FORWARD_AWAITING_PULSE, ROLL_FORWARD_AWAITING_PULSE],
  [ROLL_BACK_AWAITING_PULSE, ROLL_BACK_AWAITING_PULSE],
]);

const blocked = new Map([
  [ROLLING_FORWARD, ROLL_FORWARD_AWAITING_PULSE],
  [ROLLING_BACK, ROLL_BACK_AWAITING_PULSE],
]);

const unblocked = new Map([
  [ROLL_FORWARD_AWAITING_PULSE, ROLLING_FORWARD],
  [ROLL_BACK_AWAITING_PULSE, ROLLING_BACK],
]);

/** The state that pausing leads to; undefined when the update is over. */
export function pausedState(status: JobUpdateStatus): JobUpdateStatus | undefined {
  return paused.get(status);
}

/** The state that resuming leads to. @param pulseExpired whether the update waits for a pulse first */
export function resumedState(status: JobUpdateStatus, pulseExpired: boolean): JobUpdateStatus | undefined {
  return (pulseExpired ? resumedBlocked : resumed).get(status);
}

/** The state of an update whose pulses have stopped. */
export function blockedState(status: JobUpdateStatus): JobUpdateStatus | undefined {
  return blocked.get(status);
}

/** The state that a pulse leads to; undefined when the update does not wait for one. */
export function unblockedState(status: JobUpdateStatus): JobUpdateStatus | undefined {
  return unblocked.get(status);
}

/** Whether an update in this state is at work on instances. */
export function isRolling(status: JobUpdateStatus): boolean {
  return status === ROLLING_FORWARD || status === ROLLING_BACK;
}
