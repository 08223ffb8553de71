import type { Finding, Path } from "../finding";

/** The first value, if there is one, that YAML can say and nothing after it can hold. */
export function unsoundValue(document: unknown): Finding | undefined {
  return unsoundAt([], document, [], new Set());
}

/** @param sound lists and maps that were looked at, which aliases lead to again */
function unsoundAt(path: Path, value: unknown, within: readonly object[], sound: Set<object>): Finding | undefined {
  if (typeof value === "bigint") return { path, message: tooLong };
  if (typeof value !== "object" || value === null || sound.has(value)) return undefined;
  if (within.includes(value)) return { path, message: holdsItself };
  const steps: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  for (const [step, member] of steps) {
    const found = unsoundAt([...path, step], member, [...within, value], sound);
    if (found !== undefined) return found;
  }
  sound.add(value);
  return undefined;
}

const tooLong =
  `expected a whole number between ${Number.MIN_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}, found one whose last digits ` +
  "would be lost; put it between quotes where a text will do";

const holdsItself = "expected a value of its own, found an alias (*) of what it stands in";
