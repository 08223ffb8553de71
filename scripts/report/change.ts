import type { Care, Change, Kind } from "./model";

/** How the words of the job's `change` begin. */
const openings: readonly (readonly [RegExp, Kind])[] = [
  [/^submit /, "submit"],
  [/^replace: /, "replace"],
  [/^rolling restart .*\(restart asked\)$/, "restart"],
  [/^rolling restart /, "roll"],
  [/^scale out /, "scale out"],
  [/^scale in /, "scale in"],
  [/^activate$/, "activate"],
  [/^deactivate$/, "deactivate"],
  [/^(in place|new packing plan)/, "in place"],
];

const care: Readonly<Record<Kind, Care>> = {
  kill: "danger",
  replace: "danger",
  roll: "caution",
  restart: "caution",
  "scale in": "caution",
  deactivate: "caution",
  change: "caution",
  "scale out": "calm",
  submit: "calm",
  activate: "calm",
  "in place": "calm",
  create: "calm",
  update: "calm",
  delete: "danger",
  unchanged: "none",
  running: "none",
};

const order: readonly Care[] = ["danger", "caution", "calm", "none"];

/** A change told in the words of the job's own `change`; words that are not known need care. */
export function changeOf(words: string): Change {
  // A replacement's words hold a job key and no second part.
  const parts = words.startsWith("replace: ") ? [words] : words.split("; ");
  return change(
    parts.map((part) => openings.find(([opening]) => opening.test(part))?.[1] ?? "change"),
    words,
  );
}

/** A change of kinds that are known by other means than its words. */
export function change(kinds: readonly Kind[], words: string): Change {
  const levels = kinds.map((kind) => care[kind]);
  return { kinds, care: order.find((level) => levels.includes(level)) ?? "none", words };
}

/** What needs most care first; what needs the same as it came. */
export function byCare(a: { readonly care: Care }, b: { readonly care: Care }): number {
  return order.indexOf(a.care) - order.indexOf(b.care);
}
