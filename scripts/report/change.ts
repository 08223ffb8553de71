import type { Care, Change, Kind } from "./model";

/** How the words of the job's `change` begin. */
const openings: readonly (readonly [RegExp, Kind])[] = [
  [/^submit /, "submit"],
  [/^(replace: |kill and submit again)/, "replace"],
  [/^(rolling restart .*\(restart asked\)|restart of container |heron restart: )/, "restart"],
  [/^(rolling restart |adopt the job )/, "roll"],
  [/^(scale out |bring back container )/, "scale out"],
  [/^(scale (in|to) |kill of (what|container ))/, "scale in"],
  [/^(heron )?activate$/, "activate"],
  [/^(heron )?deactivate$/, "deactivate"],
  [/^(in place|settings recorded|new packing plan|heron update|wait for container )/, "in place"],
];

const care: Readonly<Record<Kind, Care>> = {
  kill: "danger",
  leave: "caution",
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

/** What a scaling brings with it; no change by itself. */
const aside = /^(\d+ Heron instances? moves?|owner recorded: .*)$/;

/** A change told in the words of the job's own `change`; words that are not known need care. */
export function changeOf(words: string): Change {
  // The words of a replacement and of an adoption are one sentence.
  const all = /^(replace: |adopt )/.test(words) ? [words] : words.split("; ");
  const said = all.filter((part) => !aside.test(part));
  const parts = said.length > 0 ? said : ["in place"];
  return change(
    parts.map((part) => scalingIn(part) ?? openings.find(([opening]) => opening.test(part))?.[1] ?? "change"),
    words,
  );
}

/** Of a job whose arguments other resources are yet to make. */
export const yetUnknown = "known only once other resources are made";

/** What `heron update` does to the number of containers, if anything. */
function scalingIn(part: string): Kind | undefined {
  const [, before, after] = /^heron update: .*\b(\d+) → (\d+) containers?/.exec(part) ?? [];
  if (before === undefined || after === undefined) return undefined;
  return Number(after) < Number(before) ? "scale in" : "scale out";
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
