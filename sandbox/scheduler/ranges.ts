import type { Range, TaskConfig } from "./model";

/** Instance ids as the fewest ranges, ascending. */
export function toRanges(ids: Iterable<number>): Range[] {
  const ranges: { first: number; last: number }[] = [];
  for (const id of [...new Set(ids)].sort((a, b) => a - b)) {
    const open = ranges.at(-1);
    if (open?.last === id - 1) open.last = id;
    else ranges.push({ first: id, last: id });
  }
  return ranges;
}

export function expandRanges(ranges: readonly Range[]): number[] {
  return ranges.flatMap(({ first, last }) =>
    Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i),
  );
}

/** Instances by the configuration they run, in Aurora's shape `{config, instances}`. */
export function configGroups(configs: ReadonlyMap<number, TaskConfig>): { config: TaskConfig; instances: Range[] }[] {
  const ids = new Map<TaskConfig, number[]>();
  for (const [id, config] of configs) ids.set(config, [...(ids.get(config) ?? []), id]);
  return [...ids].map(([config, instances]) => ({ config, instances: toRanges(instances) }));
}
