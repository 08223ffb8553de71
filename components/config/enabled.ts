import { nearest } from "./nearest";
import type { Finding } from "../finding";
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
 * @param names of all topologies that the documents have
 */
export function unknownTopologies(
  { only = [], except = [], overlays = {} }: Pick<StackFields, "only" | "except" | "overlays">,
  names: readonly string[],
): readonly Finding[] {
  const inList = (key: "only" | "except", patterns: readonly string[]) =>
    patterns.flatMap((pattern, index) =>
      names.some((name) => matcher(pattern).test(name)) ? [] : [unknown([key, index], pattern, names)],
    );
  const overlaid = Object.keys(overlays).filter((name) => !names.includes(name));
  return [
    ...inList("only", only),
    ...inList("except", except),
    ...overlaid.map((name) => unknown(["overlays", name], name, names)),
  ];
}

function unknown(path: Finding["path"], name: string, names: readonly string[]): Finding {
  const near = nearest(name, names);
  const advice = near === undefined ? `known here: ${names.join(", ") || "none"}` : `did you mean '${near}'?`;
  return { path, message: `expected the name of a topology of this stack, found '${name}'; ${advice}` };
}

function matcher(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
}
