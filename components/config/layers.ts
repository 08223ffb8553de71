import { mergeDefaults } from "./merge";
import type { Finding, Path } from "../finding";
import { type Problem, problemIn } from "./problem";

/** What one document says of a whole that several make up, e.g. `overlays.wordcount` of `stacks/prod.yaml`. */
export interface Layer {
  /** Document as shown to the user. */
  readonly document: string;
  /** Where in the document this stands. */
  readonly at: Path;
  readonly value: unknown;
}

/** The layers as one, the later ones over the earlier. What is no map is left for the schema to complain of. */
export function mergeLayers(layers: readonly Layer[]): unknown {
  return layers
    .map(({ value }) => value)
    .filter((value) => value !== undefined)
    .reduce((lower: unknown, upper) => (isMap(lower) && isMap(upper) ? mergeDefaults(lower, upper) : upper), undefined);
}

/**
 * Where a value of the merged whole was written: the last layer that has it, or has what it should stand in, and its path
 * in that layer's document. What stands in nothing belongs to the last layer that is a whole document.
 */
export function originOf(layers: readonly Layer[], path: Path): { readonly document: string; readonly path: Path } {
  const lengths = Array.from(path, (_, shorter) => path.length - shorter);
  const holders = lengths.map((length) => layers.findLast(({ value }) => has(value, path.slice(0, length))));
  const layer = holders.find((each) => each !== undefined) ?? layers.findLast(({ at }) => at.length === 0);
  return { document: layer?.document ?? "", path: [...(layer?.at ?? []), ...path] };
}

/** A finding about the merged whole, told of the document that its author has to change. */
export function problemAt(layers: readonly Layer[], { path, message }: Finding): Problem {
  const origin = originOf(layers, path);
  return problemIn(origin.document, { path: origin.path, message });
}

/** Paths of all values of `value` that are no maps; an empty map counts as a value. */
export function leafPaths(value: unknown, path: Path = []): readonly Path[] {
  if (!isMap(value)) return [path];
  const entries = Object.entries(value);
  return entries.length === 0 ? [path] : entries.flatMap(([key, inner]) => leafPaths(inner, [...path, key]));
}

function has(value: unknown, path: Path): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return value !== undefined;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return false;
  return has((value as Readonly<Record<string | number, unknown>>)[step], rest);
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
