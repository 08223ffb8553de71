import type { JsonSchema } from "./schema/build";
import { showsSecret } from "./secrets";

/** What was expected where a schema found something else. */
export function expectation(schema: JsonSchema): string {
  return schema.patternErrorMessage ?? `expected ${describeSchema(schema)}`;
}

/** What a schema asks for, in words that follow "expected". */
export function describeSchema(schema: JsonSchema): string {
  if (schema.enum !== undefined) return quoted(schema.enum, "or");
  if (schema.type === undefined) return "a value";
  return [schema.type]
    .flat()
    .map((type) => describeType(type, schema))
    .join(" or ");
}

function describeType(type: string, { minimum, exclusiveMinimum, minItems }: JsonSchema): string {
  switch (type) {
    case "string":
      return "text";
    case "integer":
      return minimum === undefined || minimum < 0 ? "a whole number" : `a whole number of at least ${minimum}`;
    case "number":
      return exclusiveMinimum === undefined ? "a number" : `a number above ${exclusiveMinimum}`;
    case "boolean":
      return "true or false";
    case "array":
      return minItems === undefined ? "a list" : `a list of at least ${minItems}`;
    default:
      return "a map";
  }
}

const shownLength = 60;

/** A value found, in words; what may hold a password is not shown. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return Object.keys(value).length === 0 ? "an empty map" : "a map";
  if (value.includes("@")) return "a text with '@' (not shown: it may hold a password)";
  const [address = ""] = value.split("?", 1);
  if (address !== value && address.includes("://"))
    return `'${shortened(address)}' with a query (not shown: it may hold a key)`;
  if (showsSecret(value, "words")) return "a text that may hold a secret (not shown)";
  return `'${shortened(value)}'`;
}

/** In one line, as every problem is told. */
function shortened(text: string): string {
  const start = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  return start.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

/** What kind of value was found, for where values are secret. */
export function describeKind(value: unknown): string {
  if (typeof value === "string") return value === "" ? "an empty text" : "a text (not shown)";
  if (typeof value === "number" || typeof value === "boolean") return `a ${typeof value} (not shown)`;
  return describeValue(value);
}

/** `'a', 'b' or 'c'` */
export function quoted(words: readonly string[], conjunction: string): string {
  const all = words.map((word) => `'${word}'`);
  return [all.slice(0, -1).join(", "), ...all.slice(-1)].filter((part) => part !== "").join(` ${conjunction} `);
}
