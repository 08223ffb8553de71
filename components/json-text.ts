import { canonicalJson } from "./canonical-json";

/**
 * A value that the engine keeps as one text of JSON, which previews show as what it is. The engine walks and writes every
 * value of a stack's state anew at each step: an object of twenty entries costs it several times what its text does.
 */
export type JsonText<T> = string & { readonly of?: T };

export function jsonText<T extends object>(value: T): JsonText<T> {
  return canonicalJson(value);
}

/** The value of a text, or one that an earlier version of this library kept as an object. */
export function ofJsonText<T extends object>(kept: JsonText<T> | T): T {
  return typeof kept === "string" ? (JSON.parse(kept) as T) : kept;
}

/** Whether the engine knows it: in a preview, what is not known yet comes as a text that is no JSON. */
export function isKnownText<T extends object>(kept: JsonText<T> | T): boolean {
  return typeof kept !== "string" || kept.startsWith("{");
}
