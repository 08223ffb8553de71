import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";

import { CORE_SCHEMA, Type, YAMLException, loadAll, types } from "js-yaml";

import { hasCode } from "../system-error";
import { type Problem, problemIn } from "./problem";
import { unsoundValues } from "./unsound";

/** One YAML document, its values still of any shape. */
export interface RawDocument {
  /** As shown to the user; of several in a file, with its number. */
  readonly document: string;
  readonly value: unknown;
}

export type ReadResult =
  | { readonly documents: readonly RawDocument[]; readonly problems: readonly [] }
  | { readonly documents: readonly []; readonly problems: readonly Problem[] };

/**
 * The YAML documents of a file, by YAML 1.2's core schema: `no`, `on` and dates are texts, `0o17` is octal, anchors
 * and aliases work; merge keys (`<<`), tags of types of their own and keys given twice are errors.
 */
export function readDocuments(file: string, shownAs: string): ReadResult {
  const bytes = readBytes(file);
  if (bytes === undefined) return failed(shownAs, "(document)", "expected a file that can be read, found none");
  const text = textOf(bytes);
  if (text === undefined)
    return failed(shownAs, "(document)", "expected text in UTF-8, found other bytes: save it as UTF-8");
  return parseDocuments(text, shownAs);
}

/** The same of a file's text. */
export function parseDocuments(text: string, shownAs: string): ReadResult {
  try {
    const documents = numbered(shownAs, loadAll(text, undefined, { schema }));
    const problems = documents.flatMap(({ document, value }) =>
      unsoundValues(value).map((finding) => problemIn(document, finding)),
    );
    return problems.length > 0 ? { documents: [], problems } : { documents, problems: [] };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return failed(shownAs, position(error), `expected YAML, found an error in it: ${error.reason}`);
  }
}

declare module "js-yaml" {
  /** The types of its schemas, which its type declarations lack. */
  export const types: { readonly int: Type };
}

/** A whole number of more digits than a number here holds comes as a bigint, so that it is noticed. */
const wholeNumber = new Type("tag:yaml.org,2002:int", {
  kind: "scalar",
  resolve: (text: unknown) => types.int.resolve(text),
  construct: (text: string): unknown => {
    const value = types.int.construct(text) as number;
    return Number.isSafeInteger(value) ? value : BigInt(value);
  },
});

const schema = CORE_SCHEMA.extend({ implicit: [wholeNumber] });

function numbered(shownAs: string, values: readonly unknown[]): readonly RawDocument[] {
  if (values.length <= 1) return [{ document: shownAs, value: values[0] }];
  return values.map((value, index) => ({ document: `${shownAs} (document ${index + 1})`, value }));
}

function textOf(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? Buffer.from(bytes).toString("utf8") : undefined;
}

function readBytes(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "EISDIR", "EACCES")) return undefined;
    throw error;
  }
}

function failed(file: string, path: string, message: string): ReadResult {
  return { documents: [], problems: [{ file, path, message }] };
}

/** js-yaml's types promise a mark that some of its errors lack. */
function position({ mark }: { readonly mark?: { readonly line: number; readonly column: number } }): string {
  return mark === undefined ? "(document)" : `line ${mark.line + 1}, column ${mark.column + 1}`;
}
