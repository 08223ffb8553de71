import type { Resources } from "../../components/heron/packing";
import { formatBytes, formatCpu } from "../../components/heron/packing/units";
import type { Amounts, BeforeAfter, Care, Change, QuotaUse, Report, Side } from "./model";

/** One line of a comparison; a side that does not have it has no text. */
export interface Row extends BeforeAfter<string> {
  readonly label: string;
}

/** Whether a line differs between its sides, so that it is to stand out. */
export function differs({ before, after }: BeforeAfter<string>): boolean {
  return before !== after;
}

/** A topology's numbers and settings, before and after. */
export function comparisonOf({ before, after }: BeforeAfter<Side>): Row[] {
  const [was, will] = [before && linesOf(before), after && linesOf(after)];
  const labels = new Set([...(will?.keys() ?? []), ...(was?.keys() ?? [])]);
  return [...labels].map((label) => rowOf(label, was?.get(label), will?.get(label)));
}

/** A topology's containers before and after, in short. */
export function containersText({ before, after }: BeforeAfter<Side>, subject: Report["subject"]): string {
  const [was, will] = [before?.total.containers, after?.total.containers];
  return subject === "deployed" ? String(will) : arrow({ ...(was && { before: was }), ...(will && { after: will }) });
}

/** What all topologies of a report take, before and after. */
export function totalsOf({ before, after }: BeforeAfter<Amounts>): Row[] {
  const [was, will] = [before && amountLines(before), after && amountLines(after)];
  return [...(will ?? was ?? [])].map(([label], index) => rowOf(label, was?.[index]?.[1], will?.[index]?.[1]));
}

/** A text for two sides: `3 → 4`, or the one that both have. */
export function arrow({ before, after }: BeforeAfter<string | number>): string {
  if (before === after) return String(after ?? "");
  return `${before ?? "none"} → ${after ?? "none"}`;
}

/** A component's number of Heron instances: `1 instance`, `2 → 4 instances`. */
export function instancesText(before: number, after: number): string {
  return `${arrow({ before, after })} ${after === 1 ? "instance" : "instances"}`;
}

/** One resource of a role's quota. */
export interface QuotaRow {
  readonly label: string;
  readonly quota: string;
  readonly now: string;
  readonly after?: string;
  /** Used share of the quota, once a change is made; beyond 1 the scheduler refuses. */
  readonly share: number;
}

/** Use of the role's quota, resource by resource. */
export function quotaRows({ quota, now, after, quotaAfter = quota }: QuotaUse): QuotaRow[] {
  return dimensions.map(({ label, of, text }) => {
    const used = of(after ?? now);
    return {
      label,
      quota: arrow({ before: text(of(quota)), after: text(of(quotaAfter)) }),
      now: text(of(now)),
      ...(after && { after: text(of(after)) }),
      share: used === 0 ? 0 : used / of(quotaAfter),
    };
  });
}

/** The three resources, how to take each from an amount, and how to write it. */
export const dimensions: readonly {
  readonly label: "cpu" | "ram" | "disk";
  readonly of: (resources: Resources) => number;
  readonly text: (amount: number) => string;
}[] = [
  { label: "cpu", of: ({ cpu }) => cpu, text: formatCpu },
  { label: "ram", of: ({ ram }) => ram, text: formatBytes },
  { label: "disk", of: ({ disk }) => disk, text: formatBytes },
];

/** The sign and the word by which care is told, without colour. */
export const careMarks: Readonly<Record<Care, { readonly sign: string; readonly word: string }>> = {
  danger: { sign: "‼", word: "DANGER" },
  caution: { sign: "!", word: "Caution" },
  calm: { sign: "+", word: "no interruption" },
  none: { sign: "=", word: "no change" },
};

/** A change in short: `‼ DANGER: kill`, `! Caution: roll, scale out`, `+ submit`, `= unchanged`. */
export function shortMark({ care, kinds }: Pick<Change, "care" | "kinds">): {
  readonly sign: string;
  readonly text: string;
} {
  const { sign, word } = careMarks[care];
  const what = kinds.join(", ");
  return { sign, text: care === "danger" || care === "caution" ? `${word}: ${what}` : what };
}

/** Container ids, with runs of them shortened: `1–3, 7`. */
export function idsText(ids: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const id of ids) {
    const last = runs.at(-1);
    if (last?.[1] === id - 1) last[1] = id;
    else runs.push([id, id]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(", ");
}

function linesOf(side: Side): Map<string, string> {
  return new Map([
    ...amountLines(side.total),
    ...dimensions.map(({ label, of, text }) => [`${label} of each container`, text(of(side.each))] as const),
    ...side.parallelism.map(([component, count]) => [`instances of ${component}`, String(count)] as const),
    ...side.settings,
  ]);
}

function amountLines({ containers, resources }: Amounts): (readonly [string, string])[] {
  return [
    ["containers, with container 0", String(containers)],
    ...dimensions.map(({ label, of, text }) => [`${label} in all`, text(of(resources))] as const),
  ];
}

function rowOf(label: string, before: string | undefined, after: string | undefined): Row {
  return { label, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}
