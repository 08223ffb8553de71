/** Kinds of containers exclude each other: two of them merged would be neither. */
const replacedWhole = new Set(["container"]);

/** Maps that name one of several kinds by a key, by the key they stand under. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  scheduler: ["url", "zookeeper", "local"],
  state: ["zookeeper", "local"],
  artifacts: ["directory", "s3", "hdfs"],
  core: ["path", "url"],
  slaPolicy: ["percentage", "count", "coordinatorUrl"],
};

/**
 * What a document says over the `defaults` it shares with others: maps are merged key by key, all else is replaced. So is
 * `container`, and so are `scheduler`, `state`, `artifacts`, `core` and `slaPolicy` where they are of another kind. Both stay as
 * they are.
 */
export function mergeDefaults<T extends object>(defaults: Partial<T>, own: T): T {
  const under = new Map<string, unknown>(Object.entries(defaults));
  const maps = Object.entries(own).flatMap(([key, value]: [string, unknown]) => {
    const below = under.get(key);
    return isMap(value) && isMap(below) && mergeable(key, below, value)
      ? [[key, mergeDefaults(below, value)] as const]
      : [];
  });
  return { ...defaults, ...own, ...Object.fromEntries(maps) };
}

function mergeable(key: string, below: object, value: object): boolean {
  const others = kinds[key]?.filter((kind) => kind in value && !(kind in below)) ?? [];
  return !replacedWhole.has(key) && others.length === 0;
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
