import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
} from "yaml";
import { formatPath } from "../../components/finding";
import { UserError } from "../../components/errors";

/** What is written: a text, or a map of such. */
export type Value = string | { readonly [key: string]: Value };

/**
 * A YAML document, a map or nothing, with `value` at `path`, in the place of what stands there. All else stays as it is written, byte for byte:
 * comments, order, quotes, flow or block. A value that is there already changes nothing.
 * @throws UserError where the place shares what it says with others, by an anchor or an alias
 */
export function withValue(text: string, path: readonly string[], value: Value): string {
  const { contents } = parseDocument(text);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  if (!isMap(contents)) return text.replace(/([^\n])$/, `$1${eol}`) + block(nested(path, value), "", eol) + eol;
  if (contents.items.length === 0) {
    return splice(text, { from: startOf(contents), to: endOf(contents), by: block(nested(path, value), "", eol) });
  }
  return splice(text, editOf(text, contents, path, value, { path, eol }));
}

/** A piece of the text, and what comes in its place. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

/** What is the same all the way down. */
interface Task {
  readonly path: readonly string[];
  readonly eol: string;
}

function splice(text: string, { from, to, by }: Edit): string {
  return text.slice(0, from) + by + text.slice(to);
}

function editOf(text: string, map: YAMLMap, [key = "", ...rest]: readonly string[], value: Value, task: Task): Edit {
  const pair = map.items.find((each) => isScalar(each.key) && each.key.value === key) as
    Pair<Node, Node | null> | undefined;
  if (pair === undefined) return added(text, map, { [key]: nested(rest, value) }, task);
  const node = pair.value;
  if (isAlias(node) || ((isScalar(node) || isCollection(node)) && node.anchor !== undefined)) {
    throw new UserError(
      `${formatPath(task.path)} cannot be written: ${key} is shared by an anchor (&, *). Write it out, without one.`,
    );
  }
  if (rest.length > 0 && isMap(node) && node.items.length > 0) return editOf(text, node, rest, value, task);
  return replaced(text, pair, map, nested(rest, value), task);
}

/** A new entry at a map's end. */
function added(text: string, map: YAMLMap, entries: Readonly<Record<string, Value>>, { eol }: Task): Edit {
  const end = endOf(map.items.at(-1));
  if (map.flow === true) return { from: end, to: end, by: `, ${flow(entries).slice(2, -2)}` };
  const at = lineEnd(text, end);
  const indent = indentOf(text, startOf(map.items[0]));
  return { from: at, to: at, by: eol + block(entries, indent, eol) };
}

/** Another value of an entry. */
function replaced(text: string, pair: Pair<Node, Node | null>, map: YAMLMap, value: Value, { eol }: Task): Edit {
  const { key, value: node } = pair;
  const from = startOf(node);
  // The line's end belongs to a block scalar.
  const to = from + text.slice(from, endOf(pair)).trimEnd().length;
  if (typeof value === "string") {
    if (isScalar(node) && node.value === value) return { from, to: from, by: "" };
    return isEmpty(node)
      ? { ...afterColon(text, key), by: ` ${scalar(value)}` }
      : { from, to, by: scalar(value, isScalar(node) ? node.type : undefined) };
  }
  if (map.flow === true) {
    return isEmpty(node) ? { ...afterColon(text, key), by: ` ${flow(value)}` } : { from, to, by: flow(value) };
  }
  const indent = indentOf(text, startOf(pair));
  if (isCollection(node) && node.items.length > 0) {
    if (node.flow === true) return { from, to, by: flow(value) };
    return { from, to, by: block(value, indentOf(text, from), eol).trimStart() };
  }
  const inner = eol + block(value, `${indent}  `, eol);
  if (!isEmpty(node)) {
    // What stood there goes with the blanks before it; a comment behind it stays on the key's line.
    const { from: colon } = afterColon(text, key);
    const kept = text.slice(to, lineEnd(text, to)).trimEnd();
    return { from: colon, to: lineEnd(text, to), by: kept + inner };
  }
  const at = lineEnd(text, endOf(key));
  return { from: at, to: at, by: inner };
}

/** `key:` and nothing behind it. */
function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null && (node.source ?? "") === "");
}

function afterColon(text: string, key: Node): { readonly from: number; readonly to: number } {
  const colon = text.indexOf(":", endOf(key));
  // In flow, a key may stand without one.
  if (colon === -1 || text.slice(endOf(key), colon).trim() !== "") {
    throw new UserError(`The key '${text.slice(startOf(key), endOf(key))}' has no value. Write one.`);
  }
  return { from: colon + 1, to: colon + 1 };
}

function nested(path: readonly string[], value: Value): Readonly<Record<string, Value>>;
function nested(path: readonly string[], value: Value): Value;
function nested(path: readonly string[], value: Value): Value {
  return path.reduceRight<Value>((inner, key) => ({ [key]: inner }), value);
}

function block(value: Readonly<Record<string, Value>>, indent: string, eol: string): string {
  const lines = stringify(value, { lineWidth: 0 }).trimEnd().split("\n");
  return lines.map((line) => indent + line).join(eol);
}

function flow(value: Readonly<Record<string, Value>>): string {
  return stringify(value, { lineWidth: 0, collectionStyle: "flow" })
    .trim()
    .replaceAll(/\s*\n\s*/g, " ");
}

/** In the quotes of what it stands for. */
function scalar(value: string, type?: string): string {
  if (type === "QUOTE_DOUBLE") return JSON.stringify(value);
  if (type === "QUOTE_SINGLE") return `'${value.replaceAll("'", "''")}'`;
  return flow({ value }).slice("{ value: ".length, -" }".length);
}

function startOf(node: unknown): number {
  if (isPair(node)) return startOf(node.key);
  return (node as Node | null)?.range?.[0] ?? 0;
}

/** Where what is written ends: neither a comment nor a line's end belongs to it. */
function endOf(node: unknown): number {
  if (isPair(node)) return isEmpty(node.value as Node | null) ? endOf(node.key) : endOf(node.value);
  if (isCollection(node) && node.flow !== true && node.items.length > 0) return endOf(node.items.at(-1));
  return (node as Node).range?.[1] ?? 0;
}

/** A block scalar has its line's end in it. */
function lineEnd(text: string, from: number): number {
  if (text[from - 1] === "\n") return text[from - 2] === "\r" ? from - 2 : from - 1;
  const newline = text.indexOf("\n", from);
  if (newline === -1) return text.length;
  return text[newline - 1] === "\r" ? newline - 1 : newline;
}

function indentOf(text: string, at: number): string {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  // The mark of an encoding is no column.
  return " ".repeat(at - start - (text.charCodeAt(start) === 0xfeff ? 1 : 0));
}
