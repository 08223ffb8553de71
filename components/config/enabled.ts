import type { Finding } from "../finding";
import { valueAt } from "./inspect";
import { isMap } from "./layers";
import { nearest } from "./nearest";
import { topologyNames } from "./schema/rules";
import type { StackFields } from "./schema/stack";

type Choice = Pick<StackFields, "only" | "except">;

/** Whether a stack runs the topology of this name. */
export function isEnabled(name: string, { only, except = [] }: Choice): boolean {
  const named = (patterns: readonly string[]) => patterns.some((pattern) => matcher(pattern).test(name));
  return (only === undefined || named(only)) && !named(except);
}

/**
 * Names that no topology has: a misspelt one would silently run a topology that should not be run, remove one that should,
 * or change nothing.
 * @param stack the stack document; what is no name is left for the schema to complain of
 * @param names of all topologies that the documents have
 */
export function unknownTopologies(stack: unknown, names: readonly string[]): readonly Finding[] {
  const inList = (key: "only" | "except") => {
    const patterns = valueAt(stack, key);
    return (Array.isArray(patterns) ? patterns : []).flatMap((pattern: unknown, index) =>
      !isPattern(pattern) || names.some((name) => matcher(pattern).test(name))
        ? []
        : [unknown([key, index], pattern, names)],
    );
  };
  const overlays = valueAt(stack, "overlays");
  const overlaid = isMap(overlays)
    ? Object.keys(overlays).filter((name) => isPattern(name) && !names.includes(name))
    : [];
  return [...inList("only"), ...inList("except"), ...overlaid.map((name) => unknown(["overlays", name], name, names))];
}

const patternRule = new RegExp(topologyNames.pattern);

function isPattern(value: unknown): value is string {
  return typeof value === "string" && patternRule.test(value);
}

function unknown(path: Finding["path"], name: string, names: readonly string[]): Finding {
  const near = nearest(name, names);
  const advice = near === undefined ? `known here: ${names.join(", ") || "none"}` : `did you mean '${near}'?`;
  return { path, message: `expected the name of a topology of this stack, found '${name}'; ${advice}` };
}

function matcher(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
}
