import Ajv from "ajv";

import { describeKind, describeValue } from "./describe";
import { explain } from "./explain";
import type { Finding } from "./problem";
import type { Schema } from "./schema/build";

/** A value that is what its schema says, or why it is not. */
export type Validated<T> =
  | { readonly value: T; readonly findings: readonly [] }
  | { readonly value: undefined; readonly findings: readonly Finding[] };

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  strictTypes: true,
  strictSchema: true,
  // A run checks a few documents: what optimizing the validators costs at its start is never earned back.
  code: { optimize: false },
});
ajv.addKeyword("patternErrorMessage");

/** All that `schema` finds wrong with `value`, which stays as it is: nothing is coerced or filled in. */
export function validate<T>(schema: Schema<T>, value: unknown): Validated<T> {
  return validated(schema, value, describeValue);
}

/** As {@link validate}; the findings tell what kind of value was found, never the value. */
export function validateSecret<T>(schema: Schema<T>, value: unknown): Validated<T> {
  return validated(schema, value, describeKind);
}

function validated<T>(schema: Schema<T>, value: unknown, describe: (value: unknown) => string): Validated<T> {
  const check = ajv.compile<T>(schema.json);
  if (check(value)) return { value, findings: [] };
  return { value: undefined, findings: explain(check.errors ?? [], describe) };
}
