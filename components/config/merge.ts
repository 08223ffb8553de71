/** Choices between kinds (docker or mesos): two of them merged would be neither. */
const replacedWhole = new Set(["container"]);

/**
 * A stack's `defaults` under a topology document: maps are merged key by key, all else is replaced, and so is
 * `container`. Both stay as they are.
 */
export function mergeDefaults<T extends object>(defaults: Partial<T>, topology: T): T {
  const under = new Map<string, unknown>(Object.entries(defaults));
  const maps = Object.entries(topology).flatMap(([key, value]: [string, unknown]) => {
    const below = under.get(key);
    return isMap(value) && isMap(below) && !replacedWhole.has(key) ? [[key, mergeDefaults(below, value)] as const] : [];
  });
  return { ...defaults, ...topology, ...Object.fromEntries(maps) };
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
