import type { JobKey, Range, TaskConfig } from "../model";
import { expandRanges } from "../ranges";
import type { Store } from "../store";

/** What an update would do to a job. */
export interface JobDiff {
  /** Instances that are changed or removed, with what they run now. */
  readonly replaced: ReadonlyMap<number, TaskConfig>;
  /** Instances that are changed or added. */
  readonly replacements: readonly number[];
  readonly unchanged: ReadonlyMap<number, TaskConfig>;
}

/**
 * Compares a job's active tasks with `instanceCount` instances of `desired`.
 * @param scope the only instances to touch; all when empty
 */
export function jobDiff(
  store: Store,
  job: JobKey,
  desired: TaskConfig,
  instanceCount: number,
  scope: readonly Range[],
): JobDiff {
  const limit = scope.length > 0 ? new Set(expandRanges(scope)) : undefined;
  const inScope = (id: number) => limit === undefined || limit.has(id);
  const current = new Map(
    store.activeTasksOf(job).map(({ assignedTask }) => [assignedTask.instanceId, assignedTask.task] as const),
  );
  const same = (id: number) => current.get(id) === desired && id < instanceCount;
  const replaced = new Map([...current].filter(([id]) => inScope(id) && !same(id)));
  const wanted = Array.from({ length: instanceCount }, (_, id) => id);
  return {
    replaced,
    replacements: wanted.filter((id) => inScope(id) && !same(id)),
    unchanged: new Map([...current].filter(([id]) => !replaced.has(id))),
  };
}

/** Instances of the scope that are neither in the job nor in the update. */
export function outOfScope(diff: JobDiff, scope: readonly Range[]): number[] {
  const known = new Set([...diff.replaced.keys(), ...diff.replacements, ...diff.unchanged.keys()]);
  return expandRanges(scope).filter((id) => !known.has(id));
}
