import type { ConfTree, ConfValue } from "../../cluster-args";

type JsonType = "string" | "integer" | "number" | "boolean" | "array" | "object";

/** The keywords of JSON Schema draft-07 that stack documents need; `patternErrorMessage` is the editors' own. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: JsonType | readonly JsonType[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
}

declare const validates: unique symbol;

/** A JSON Schema whose valid values are those of type `T`: neither fewer nor more, or the program does not compile. */
export interface Schema<T> {
  readonly json: JsonSchema;
  readonly [validates]?: (value: T) => T;
}

/** A property's schema, where the property must be there. */
export interface RequiredSchema<T> extends Schema<T> {
  readonly required: true;
}

interface Notes<T> {
  readonly default?: T;
  readonly example?: T;
}

/** A regular expression for a text, and its meaning in words that follow "expected". */
export interface TextRule {
  readonly pattern: string;
  readonly expected: string;
}

interface NumberRule {
  readonly minimum?: number;
  readonly maximum?: number;
}

export function text(description: string, notes: Notes<string> & Partial<TextRule> = {}): Schema<string> {
  const { pattern, expected } = notes;
  return schema({
    ...annotations(description, notes),
    type: "string",
    ...(pattern !== undefined && { pattern }),
    ...(expected !== undefined && { patternErrorMessage: `expected ${expected}` }),
  });
}

/** One of some words; `words` gives each its meaning. */
export function choice<T extends string>(
  description: string,
  words: Readonly<Record<T, string>>,
  notes: Notes<NoInfer<T>> = {},
): Schema<T> {
  const meanings = Object.entries<string>(words).map(([word, meaning]) => `\`${word}\`: ${meaning}`);
  return schema({
    ...annotations(`${description} ${meanings.join("; ")}.`, notes),
    type: "string",
    enum: Object.keys(words),
  });
}

export function flag(description: string, notes: Notes<boolean> = {}): Schema<boolean> {
  return schema({ ...annotations(description, notes), type: "boolean" });
}

/** A whole number that fits Thrift's i32, as all of Aurora's do. */
export function wholeNumber(description: string, notes: Notes<number> & NumberRule = {}): Schema<number> {
  const { minimum = -(2 ** 31), maximum = 2 ** 31 - 1 } = notes;
  return schema({ ...annotations(description, notes), type: "integer", minimum, maximum });
}

export function positiveNumber(description: string, notes: Notes<number> = {}): Schema<number> {
  return schema({ ...annotations(description, notes), type: "number", exclusiveMinimum: 0 });
}

/** A value of Heron's own configuration files. */
export function confValue(description: string): Schema<ConfValue> {
  return schema({ description, type: ["string", "number", "boolean"] });
}

/** A value as YAML has it, maps and lists included. */
export function confTree(description: string): Schema<ConfTree> {
  return { json: { description, type: ["string", "number", "boolean", "array", "object"] } };
}

export function list<T>(
  description: string,
  items: Schema<T>,
  notes: Notes<readonly T[]> & { readonly minItems?: number } = {},
): Schema<readonly T[]> {
  const { minItems } = notes;
  return schema({
    ...annotations(description, notes),
    type: "array",
    items: items.json,
    ...(minItems !== undefined && { minItems }),
  });
}

export function map<T>(
  description: string,
  values: Schema<T>,
  notes: Notes<Readonly<Record<string, T>>> & { readonly keys?: TextRule } = {},
): Schema<Readonly<Record<string, T>>> {
  const { keys } = notes;
  return schema({
    ...annotations(description, notes),
    type: "object",
    additionalProperties: values.json,
    ...(keys !== undefined && {
      propertyNames: { pattern: keys.pattern, patternErrorMessage: `expected ${keys.expected}` },
    }),
  });
}

type KeysOf<T> = T extends unknown ? keyof T : never;
type ValueOf<T, K> = T extends unknown ? (K extends keyof T ? Exclude<T[K], undefined> : never) : never;
type IsOptional<T, K> = K extends keyof T ? (object extends Pick<T, K> ? true : false) : true;

/** A schema for each property of `T`; of a union, for each property that any member has. */
export type Fields<T> = {
  readonly [K in KeysOf<T>]: IsOptional<T, K> extends true
    ? Schema<ValueOf<T, K>> & { readonly required?: never }
    : RequiredSchema<ValueOf<T, K>>;
};

interface AnyField {
  readonly json: JsonSchema;
  readonly required?: boolean;
}

interface ObjectRule<T> {
  readonly example?: T;
  readonly exactlyOneOf?: readonly (KeysOf<T> & string)[];
  readonly anyOf?: readonly (KeysOf<T> & string)[];
  /** Property → what must stand beside it. */
  readonly needs?: Readonly<Partial<Record<KeysOf<T> & string, readonly (KeysOf<T> & string)[]>>>;
}

export function object<T extends object>(description: string, fields: Fields<T>, rule: ObjectRule<T> = {}): Schema<T> {
  const entries = Object.entries(fields as Readonly<Record<string, AnyField>>);
  const required = entries.flatMap(([key, field]) => (field.required === true ? [key] : []));
  const { exactlyOneOf, anyOf, needs } = rule;
  return schema({
    ...annotations(description, rule),
    type: "object",
    properties: Object.fromEntries(entries.map(([key, field]) => [key, field.json])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
    ...(exactlyOneOf !== undefined && { oneOf: exactlyOneOf.map(presence) }),
    ...(anyOf !== undefined && { anyOf: anyOf.map(presence) }),
    ...(needs !== undefined && { dependencies: needs as Readonly<Record<string, readonly string[]>> }),
  });
}

/** Either a text of a rule or a map. */
export function textOrObject<S extends string, T extends object>(
  rule: TextRule & { readonly example: S },
  alternative: Schema<T>,
): Schema<S | T> {
  const { json } = alternative;
  return schema({
    ...json,
    type: ["string", "object"],
    pattern: rule.pattern,
    patternErrorMessage: `expected ${rule.expected}`,
    examples: [rule.example, ...(json.examples ?? [])],
  });
}

export function required<T>(field: Schema<T>): RequiredSchema<T> {
  return { ...field, required: true };
}

function schema<T>(json: JsonSchema): Schema<T> {
  return { json };
}

function presence(key: string): JsonSchema {
  return { required: [key] };
}

/** Editors show the description alone when hovering: default and example are told there as well. */
function annotations(description: string, notes: Notes<unknown>): JsonSchema {
  const parts = [description];
  if (notes.default !== undefined) parts.push(`Default: ${inCode(notes.default)}.`);
  if (notes.example !== undefined) parts.push(`Example: ${inCode(notes.example)}.`);
  return {
    description: parts.join(" "),
    ...(notes.default !== undefined && { default: notes.default }),
    ...(notes.example !== undefined && { examples: [notes.example] }),
  };
}

function inCode(value: unknown): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}
