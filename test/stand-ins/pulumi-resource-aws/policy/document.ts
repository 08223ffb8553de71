import { isObject, type Properties } from "../values";

/** A bucket policy's statements, where single values are lists as well. */
export interface Statement {
  readonly effect: string;
  /** `*` for everybody; services and federated identities with their kind, `Service:logging.s3.amazonaws.com`. */
  readonly principals: readonly string[];
  readonly conditions: readonly Condition[];
  /** As it was written. */
  readonly source: Properties;
}

export interface Condition {
  /** `StringNotEquals`, without set prefix and `IfExists`. */
  readonly operator: string;
  readonly forAllValues: boolean;
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

/** Throws where the text is no policy. */
export function parsePolicy(text: string): readonly Statement[] {
  const document: unknown = JSON.parse(text);
  const statements = isObject(document) ? listOf(document.Statement) : [];
  if (statements.length === 0) throw new Error("the policy has no statement");
  return statements.map((source) => {
    if (!isObject(source)) throw new Error("a statement of the policy is no object");
    if (source.NotPrincipal !== undefined) throw new Error("the stand-in for the AWS provider knows no NotPrincipal");
    return {
      effect: String(source.Effect),
      principals: principalsOf(source.Principal),
      conditions: conditionsOf(source.Condition),
      source,
    };
  });
}

function principalsOf(principal: unknown): string[] {
  if (!isObject(principal)) return listOf(principal).map(String);
  return Object.entries(principal).flatMap(([kind, names]) =>
    listOf(names).map((name) => (kind === "AWS" ? String(name) : `${kind}:${String(name)}`)),
  );
}

function conditionsOf(block: unknown): Condition[] {
  if (!isObject(block)) return [];
  return Object.entries(block).flatMap(([written, keys]) => {
    const operator = written.replace(/^For(All|Any)Values?:/, "").replace(/IfExists$/, "");
    return Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => ({
      operator,
      forAllValues: written.startsWith("ForAllValues:"),
      ifExists: written.endsWith("IfExists"),
      key,
      values: listOf(values).map(String),
    }));
  });
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}
