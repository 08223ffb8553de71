import type { TaskStatus } from "../aurora/task-status";
import type { AuroraJobInputs } from "./inputs";

/** An instance that has failed so often and not been steady since needs a look, as does one that is not up after so long. */
const failuresOfTrouble = 3;
const steadyMs = 5 * 60_000;

/**
 * Active tasks that flap (THROTTLED, or failed again and again and not steady since) or are stuck on their way up. Failures
 * alone say little: Aurora counts those of an instance's whole life. @param now ms since 1970
 */
export function troubledTasks(active: readonly TaskStatus[], now: number): TaskStatus[] {
  return active
    .filter((task) => {
      if (task.status === "THROTTLED") return true;
      const isLong = now - (task.events.at(-1)?.timestamp ?? now) > steadyMs;
      return isLong ? task.status !== "RUNNING" : task.failureCount >= failuresOfTrouble;
    })
    .sort((a, b) => a.instanceId - b.instanceId);
}

const gone = "gone: the update that was replacing it was aborted";

const passedBy = "gone, while one of a higher number runs";

const unplanned = "runs, though no packing plan names it";

/** The containers that are missing below others: the number of all that run would tell of fewer, and not of which. */
export function passedOver(active: readonly Pick<TaskStatus, "instanceId">[]): readonly number[] {
  const present = new Set(active.map(({ instanceId }) => instanceId));
  return Array.from({ length: Math.max(-1, ...present) + 1 }, (_, instance) => instance).filter(
    (instance) => !present.has(instance),
  );
}

/** How many of the recorded `instances` run: those that were passed over are counted among them. */
export function runningAmong(
  instances: number,
  { trouble = {} }: { readonly trouble?: Readonly<Record<string, string>> },
): number {
  return instances - Object.values(trouble).filter((text) => text === passedBy).length;
}

/** Of the containers in `trouble`, those that are not there and that an update brings back, and those that are waited for. */
export function remedies(
  { trouble = {} }: { readonly trouble?: Readonly<Record<string, string>> },
  { instances, scaling }: Pick<AuroraJobInputs, "instances" | "scaling">,
): { readonly back: readonly string[]; readonly awaited: readonly string[] } {
  const those = (isMeant: (text: string, container: number) => boolean) =>
    Object.entries(trouble).flatMap(([container, text]) => (isMeant(text, Number(container)) ? [container] : []));
  const isGone = (text: string): boolean => text === gone || text === passedBy;
  return {
    // Where others scale, what is not there is theirs, but for what an update of ours has left out.
    back: those((text, container) => (scaling === "outside" ? text === gone : isGone(text) && container < instances)),
    awaited: those((text) => !isGone(text) && text !== unplanned),
  };
}

/** Of the containers in `trouble`, those that no packing plan names. */
export function leftOvers({
  trouble = {},
}: {
  readonly trouble?: Readonly<Record<string, string>>;
}): readonly number[] {
  return Object.entries(trouble).flatMap(([container, text]) => (text === unplanned ? [Number(container)] : []));
}

/** Containers that are not where they should be, however they fare. */
export interface Misplaced {
  /** That an update of ours was replacing. */
  readonly missing?: readonly number[];
  /** That are missing below others. */
  readonly passed?: readonly number[];
  /** That no packing plan names. */
  readonly unplanned?: readonly number[];
}

/** Number → state and last reason, of the `troubled` among the job's tasks, ended ones included, and of what is misplaced. */
export function describeTrouble(
  troubled: readonly TaskStatus[],
  all: readonly TaskStatus[],
  misplaced: Misplaced = {},
): Readonly<Record<string, string>> | undefined {
  const named = (containers: readonly number[] = [], text: string) =>
    containers.map((container) => [String(container), text] as const);
  const entries = [
    ...named(misplaced.missing, gone),
    ...named(misplaced.passed, passedBy),
    ...troubled.map((task) => {
      const ended = all
        .filter(({ instanceId, status }) => instanceId === task.instanceId && ["FAILED", "LOST"].includes(status))
        .reduce<TaskStatus | undefined>((last, each) => (last && endOf(last) > endOf(each) ? last : each), undefined);
      const where = ended?.host === undefined ? "" : ` on ${ended.host}`;
      const before = ended === undefined ? "" : `, ${ended.status} before${where}: ${messageOf(ended)}`;
      return [String(task.instanceId), `${task.status}${before}`] as const;
    }),
    // Last: however such a one fares, it goes.
    ...named(misplaced.unplanned, unplanned),
  ];
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function endOf({ events }: TaskStatus): number {
  return events.at(-1)?.timestamp ?? 0;
}

function messageOf({ events }: TaskStatus): string {
  return events.findLast(({ message }) => message !== undefined && message !== "")?.message ?? "no reason given";
}
