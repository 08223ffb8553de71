import type { ScheduledTask } from "./model";
import { ScheduleStatus } from "./model";
import { activeStatuses } from "./status";

/** How tasks that keep ending are slowed down; milliseconds. */
export interface FlappingSettings {
  /** A task that ran shorter than this flapped. */
  readonly thresholdMs: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
}

/** Aurora's flags at their defaults. */
export const defaultFlapping: FlappingSettings = {
  thresholdMs: 5 * 60_000,
  initialDelayMs: 30_000,
  maxDelayMs: 5 * 60_000,
};

const interrupted = new Set([ScheduleStatus.RESTARTING, ScheduleStatus.KILLING, ScheduleStatus.DRAINING]);

/**
 * For how long a task that follows `task` is throttled: 0 when `task`'s ancestor did not flap, else a delay that
 * grows with each flapping ancestor, by a random share of up to as much again, to the longest at most.
 * @param random a number from 0 to below 1, as Math.random gives
 */
export function flappingPenaltyMs(
  task: ScheduledTask,
  taskById: (id: string) => ScheduledTask | undefined,
  settings: FlappingSettings,
  random: () => number,
): number {
  const ancestorOf = ({ ancestorId }: ScheduledTask) => (ancestorId === undefined ? undefined : taskById(ancestorId));
  let delay = 0;
  for (let each = ancestorOf(task); each && flapped(each, settings.thresholdMs); each = ancestorOf(each)) {
    const base = delay === 0 ? settings.initialDelayMs : delay;
    const longer = Math.min(settings.maxDelayMs, base + Math.round(random() * base));
    if (longer === delay) break;
    delay = longer;
  }
  return delay;
}

function flapped({ taskEvents }: ScheduledTask, thresholdMs: number): boolean {
  if (taskEvents.some(({ status }) => interrupted.has(status))) return false;
  const end = taskEvents.at(-1);
  const active = taskEvents.findLast(({ status }) => activeStatuses.has(status));
  return end !== undefined && active !== undefined && end.timestamp - active.timestamp < thresholdMs;
}
