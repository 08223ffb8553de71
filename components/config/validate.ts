import { createRequire } from "node:module";
import type { ErrorObject } from "ajv";
import type { HeronClusterArgs, S3StoreArgs } from "../cluster-args";
import type { HeronTopologyArgs } from "../topology-args";
import type { ClusterCredentials } from "./credentials";
import { describeKind, describeValue } from "./describe";
import { explain } from "./explain";
import type { Finding } from "../finding";
import type { StackFields } from "./schema/stack";

/** A value that is what its schema says, or why it is not. */
export type Validated<T> =
  | { readonly value: T; readonly findings: readonly [] }
  | { readonly value: undefined; readonly findings: readonly Finding[] };

/** What may be validated, and the type of what is valid: see `schema/`. */
export interface Documents {
  readonly cluster: HeronClusterArgs;
  readonly credentials: Readonly<Record<string, ClusterCredentials>>;
  /** An `artifacts.s3` by itself, as a program gives it. */
  readonly s3: S3StoreArgs;
  readonly stack: StackFields;
  readonly topology: HeronTopologyArgs;
}

/** All that is wrong with `value` as a `document`; it stays as it is: nothing is coerced or filled in. */
export function validate<K extends keyof Documents>(document: K, value: unknown): Validated<Documents[K]> {
  return validated(document, value, describeValue);
}

/** As {@link validate}; the findings tell what kind of value was found, never the value. */
export function validateSecret<K extends keyof Documents>(document: K, value: unknown): Validated<Documents[K]> {
  return validated(document, value, describeKind);
}

/** Checks a value; what is wrong with the last one is in `errors`, with schema and data. */
interface Validator {
  (value: unknown): boolean;
  readonly errors?: readonly ErrorObject[] | null;
}

const load = createRequire(__filename);

function validated<K extends keyof Documents>(
  document: K,
  value: unknown,
  describe: (value: unknown) => string,
): Validated<Documents[K]> {
  // The build writes these from the schemas (scripts/write-validators.ts): compiling one takes longer than all its checks.
  const check = load(`./validators/${document}`) as Validator;
  if (check(value)) return { value: value as Documents[K], findings: [] };
  return { value: undefined, findings: explain(check.errors ?? [], describe) };
}
