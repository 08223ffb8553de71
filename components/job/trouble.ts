import type { TaskStatus } from "../aurora/task-status";

/** An instance that failed so often in a row, and one that is not up so long after its last step, needs a look. */
const failuresOfTrouble = 3;
const stuckMs = 5 * 60_000;

/** Active tasks that flap (THROTTLED, or failed again and again) or are stuck on their way up. @param now ms since 1970 */
export function troubledTasks(active: readonly TaskStatus[], now: number): TaskStatus[] {
  return active
    .filter((task) => {
      const since = task.events.at(-1)?.timestamp ?? now;
      const stuck = task.status !== "RUNNING" && now - since > stuckMs;
      return task.status === "THROTTLED" || task.failureCount >= failuresOfTrouble || stuck;
    })
    .sort((a, b) => a.instanceId - b.instanceId);
}

/** Number → state and last reason, of the `troubled` among the job's tasks, ended ones included; undefined when there is none. */
export function describeTrouble(
  troubled: readonly TaskStatus[],
  all: readonly TaskStatus[],
): Readonly<Record<string, string>> | undefined {
  if (troubled.length === 0) return undefined;
  return Object.fromEntries(
    troubled.map((task) => {
      const ended = all
        .filter(({ instanceId, status }) => instanceId === task.instanceId && ["FAILED", "LOST"].includes(status))
        .reduce<TaskStatus | undefined>((last, each) => (last && endOf(last) > endOf(each) ? last : each), undefined);
      const where = ended?.host === undefined ? "" : ` on ${ended.host}`;
      const before = ended === undefined ? "" : `, ${ended.status} before${where}: ${messageOf(ended)}`;
      return [String(task.instanceId), `${task.status}${before}`];
    }),
  );
}

function endOf({ events }: TaskStatus): number {
  return events.at(-1)?.timestamp ?? 0;
}

function messageOf({ events }: TaskStatus): string {
  return events.findLast(({ message }) => message !== undefined && message !== "")?.message ?? "no reason given";
}
