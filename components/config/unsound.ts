import type { Finding, Path } from "../finding";

/** The values that YAML can say and nothing after it can hold, and the merge keys, of which nothing after it knows. */
export function unsoundValues(document: unknown): readonly Finding[] {
  return unsoundAt([], document, [], new Set());
}

/** @param sound lists and maps that were looked at, which aliases lead to again */
function unsoundAt(path: Path, value: unknown, within: readonly object[], sound: Set<object>): readonly Finding[] {
  if (typeof value === "bigint") return [{ path, message: tooLong }];
  if (typeof value === "string") return isText(value) ? [] : [{ path, message: noText }];
  if (typeof value !== "object" || value === null || sound.has(value)) return [];
  if (within.includes(value)) return [{ path, message: holdsItself }];
  const steps: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  const findings = steps.flatMap(([step, member]) => {
    const at = [...path, step];
    if (typeof step === "string" && !isText(step)) return [{ path: at, message: noText }];
    if (step === "<<" && typeof member === "object") return [{ path: at, message: mergeKey }];
    return unsoundAt(at, member, [...within, value], sound);
  });
  sound.add(value);
  return findings;
}

/** No program is handed a NUL, and what is no Unicode is in no file and no message. */
function isText(text: string): boolean {
  return !text.includes("\0") && !/\p{Surrogate}/u.test(text);
}

const tooLong =
  `expected a whole number between ${Number.MIN_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}, found one whose last digits ` +
  "would be lost; put it between quotes where a text will do";

const noText = "expected text, found one with \\0 or half of a character (\\uD800 to \\uDFFF) in it: take that out";

const mergeKey =
  "merge keys are not read: say here what it would bring in, have an alias (*) in the place of the whole map, or put what " +
  "topologies share under 'defaults' of the stack document";

const holdsItself = "expected a value of its own, found an alias (*) of what it stands in";
