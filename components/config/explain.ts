import type { ErrorObject } from "ajv";

import { expectation, quoted } from "./describe";
import { nearest } from "./nearest";
import type { Finding, Path } from "../finding";
import type { JsonSchema } from "./schema/build";

/**
 * Our words for what the validator found.
 * @param errors of a run with `verbose`, which brings schema and data along.
 * @param describe the words for a value that was found.
 */
export function explain(errors: readonly ErrorObject[], describe: (value: unknown) => string): readonly Finding[] {
  const mistyped = new Set(errors.flatMap((error) => (error.keyword === "type" ? [error.instancePath] : [])));
  return errors
    .filter((error) => !isSilent(error) && (error.keyword === "type" || !mistyped.has(error.instancePath)))
    .map((error) => explainOne(error, describe(error.data)));
}

/** What only says again what its parts say, or is a part of what is said as a whole. */
function isSilent({ keyword, schemaPath }: ErrorObject): boolean {
  return keyword === "propertyNames" || /\/(oneOf|anyOf)\/\d+\/required$/.test(schemaPath);
}

function explainOne(error: ErrorObject, found: string): Finding {
  const path = parsePointer(error.instancePath);
  const schema: JsonSchema = error.parentSchema ?? {};
  const { missingProperty, additionalProperty, property } = error.params as Readonly<Record<string, string>>;
  switch (error.keyword) {
    case "required": {
      const key = missingProperty ?? "";
      return {
        path: [...path, key],
        message: `required: ${expectation(schema.properties?.[key] ?? {})}, found nothing`,
      };
    }
    case "additionalProperties": {
      const key = additionalProperty ?? "";
      return { path: [...path, key], message: `unknown key; ${suggestion(key, schema.properties ?? {})}` };
    }
    case "dependencies":
      return {
        path: [...path, property ?? ""],
        message: `needs '${missingProperty ?? ""}' beside it`,
      };
    case "oneOf":
    case "anyOf":
      return { path, message: alternatives(error.keyword, schema, error.data) };
    case "maximum":
      return { path, message: `expected a number of at most ${schema.maximum ?? ""}, found ${found}` };
    case "pattern":
      return {
        path: error.propertyName === undefined ? path : [...path, error.propertyName],
        message: `${expectation(schema)}, found ${found}`,
      };
    case "type":
      return { path, message: `${expectation(schema)}, found ${found}${quotesHint(schema, error.data)}` };
    default:
      return { path, message: `${expectation(schema)}, found ${found}` };
  }
}

function alternatives(keyword: "oneOf" | "anyOf", schema: JsonSchema, data: unknown): string {
  const keys = (schema[keyword] ?? []).flatMap((branch) => branch.required ?? []);
  const present = keys.filter((key) => typeof data === "object" && data !== null && Object.hasOwn(data, key));
  const exactly = keyword === "oneOf" && keys.length > 1 ? "exactly one of " : "";
  return `expected ${exactly}${quoted(keys, exactly === "" ? "or" : "and")}, found ${quoted(present, "and") || "none"}`;
}

/** YAML reads `3` and `true` as what they look like, where a text is due, and `"3"` as a text where a number is. */
function quotesHint({ type, pattern = "", enum: words }: JsonSchema, data: unknown): string {
  const types = [type].flat();
  if (typeof data === "string") return types.some((each) => isPlain(each, data)) ? " (take its quotes away)" : "";
  if (!["number", "boolean"].includes(typeof data) || !types.includes("string")) return "";
  const text = String(data);
  return (words?.includes(text) ?? new RegExp(pattern, "u").test(text)) ? " (put it in quotes)" : "";
}

function isPlain(type: string | undefined, text: string): boolean {
  if (type === "boolean") return /^(true|false)$/.test(text);
  return (type === "integer" || type === "number") && /^\d+(\.\d+)?$/.test(text);
}

function suggestion(key: string, properties: Readonly<Record<string, JsonSchema>>): string {
  const known = Object.keys(properties);
  const parent = known.find((name) => Object.hasOwn(properties[name]?.properties ?? {}, key));
  const near = nearest(key, known);
  if (near !== undefined) return `did you mean '${near}'?`;
  if (parent !== undefined) return `did you mean '${parent}.${key}'?`;
  return `known here: ${known.join(", ")}`;
}

/** The steps of a JSON pointer. List indexes and keys look alike there; a key of digits is shown as an index. */
function parsePointer(pointer: string): Path {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
