import { load, YAMLException } from "js-yaml";
import { canonicalJson } from "../canonical-json";

/**
 * What would change in the files, in words for a preview: `scheduler.yaml: heron.package.core.uri`, `+ client.yaml`.
 * Undefined when nothing does. Short, since the engine's display cuts long texts.
 * @param before texts that are there, by file
 */
export function describeFiles(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string | undefined {
  if (before.size === 0 && after.size > 0) return `write ${after.size} files`;
  const lines = [...after].flatMap(([name, text]) => {
    const old = before.get(name);
    if (old === undefined) return [`+ ${name}`];
    return old === text ? [] : [describeFile(name, old, text)];
  });
  const gone = [...before.keys()].filter((name) => !after.has(name)).map((name) => `- ${name}`);
  return [...lines, ...gone].join("; ") || undefined;
}

function describeFile(name: string, before: string, after: string): string {
  if (!name.endsWith(".yaml")) return name;
  const [old, fresh] = [keysOf(before), keysOf(after)];
  if (old === undefined || fresh === undefined) return `${name}: is no YAML any more`;
  const keys = [...new Set([...old.keys(), ...fresh.keys()])].filter((key) => old.get(key) !== fresh.get(key));
  return `${name}: ${keys.length === 0 ? "comments" : keys.join(", ")}`;
}

/** Undefined of what somebody has made no YAML of; the parser's own message quotes the lines about it, which may hold keys. */
function keysOf(text: string): ReadonlyMap<string, string> | undefined {
  try {
    const values = (load(text) ?? {}) as Readonly<Record<string, unknown>>;
    return new Map(Object.entries(values).map(([key, value]) => [key, canonicalJson(value)]));
  } catch (error) {
    if (error instanceof YAMLException) return undefined;
    throw error;
  }
}
