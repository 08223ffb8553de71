import { closest, distance } from "fastest-levenshtein";

/** The name that `key` most likely misspells: at most a third of its letters differ; case, `_` and `-` do not count. */
export function nearest(key: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const byPlain = new Map(known.map((name) => [plain(name), name]));
  const near = closest(plain(key), [...byPlain.keys()]);
  return distance(plain(key), near) <= Math.max(1, Math.floor(near.length / 3)) ? byPlain.get(near) : undefined;
}

function plain(key: string): string {
  return key.replace(/[_-]/g, "").toLowerCase();
}
