import type { BeforeAfter, GraphComponent, Side } from "../model";
import { type Markup, markup } from "./markup";

/** How a component is told from the others in a drawing: a letter, and a pattern that does without colour. */
export interface Key {
  readonly letter: string;
  /** One of the {@link patterns}. */
  readonly pattern: number;
}

export type Keys = ReadonlyMap<string, Key>;

/** Lines of the patterns, each on a tile of 8 by 8; with more components they come again, the letters do not. */
const patterns: readonly string[] = [
  "",
  "M-2 10 10 -2 M-2 2 2 -2 M6 10 10 6",
  "M-2 -2 10 10 M6 -2 10 2 M-2 6 2 10",
  "M0 2H8 M0 6H8",
  "M2 0V8 M6 0V8",
  "M0 4H8 M4 0V8",
];

/** Keys of all components that either side has. */
export function keysOf({ before, after }: BeforeAfter<Side>): Keys {
  const names = [after, before].flatMap((side) => componentsOf(side).map(({ name }) => name));
  return new Map([...new Set(names)].map((name, index) => [name, keyAt(index)]));
}

/** What components take, in the order of their letters. */
export function inKeyOrder<T extends { readonly component: string }>(shares: readonly T[], keys: Keys): T[] {
  const order = [...keys.keys()];
  return [...shares].sort((a, b) => order.indexOf(a.component) - order.indexOf(b.component));
}

function componentsOf(side: Side | undefined): readonly GraphComponent[] {
  return side?.drawing?.graph.components ?? [];
}

function keyAt(index: number): Key {
  return { letter: lettersOf(index), pattern: index % patterns.length };
}

/** A … Z, AA, AB, … */
function lettersOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : lettersOf(Math.floor(index / 26) - 1) + last;
}

/** The patterns, once for a page. */
export function patternDefinitions(): Markup {
  const definitions = patterns.map(
    (path, index) =>
      markup`<pattern id="pattern${index}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" class="tint${index}"/><path d="${path}" class="ink${index}"/></pattern>`,
  );
  return markup`<svg class="definitions" width="0" height="0" aria-hidden="true" focusable="false"><defs>${definitions}<marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z" class="arrowhead"/></marker></defs></svg>`;
}

/** What the letters and patterns of a topology's drawings stand for. */
export function legend(keys: Keys): Markup {
  const entries = [...keys].map(
    ([name, { letter, pattern }]) =>
      markup`<li><svg width="22" height="16" aria-hidden="true" focusable="false"><rect x=".5" y=".5" width="21" height="15" fill="url(#pattern${pattern})" class="outline"/></svg> <b>${letter}</b> <bdi>${name}</bdi></li>`,
  );
  return markup`<ul class="legend" aria-label="What the letters and patterns stand for">${entries}</ul>`;
}
