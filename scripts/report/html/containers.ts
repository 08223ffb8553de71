import { dimensions, idsText } from "../comparison";
import { times } from "../containers";
import type { BeforeAfter, ContainerGroup, Drawing, Share } from "../model";
import { inKeyOrder, type Keys } from "./keys";
import { type Markup, markup } from "./markup";
import { table } from "./table";

/** Containers before and after, side by side: each kind drawn once, with what fills it, and the same as a table. */
export function containers({ before, after }: BeforeAfter<Drawing>, keys: Keys): Markup {
  const both = before !== undefined && after !== undefined;
  return markup`<div class="sides">${before && column(both ? "Before" : "As they run", before.containers, keys)}${
    after && column(both ? "After" : "As they are filled", after.containers, keys)
  }</div>`;
}

function column(title: string, groups: readonly ContainerGroup[], keys: Keys): Markup {
  return markup`<figure><figcaption>${title}</figcaption><div class="containers">${groups.map((group) => card(group, keys))}</div>${table(
    `${title}, in numbers`,
    ["container", "holds", ...dimensions.map(({ label }) => label)],
    groups.flatMap((group) => numbers(group, keys)),
  )}</figure>`;
}

function card(group: ContainerGroup, keys: Keys): Markup {
  const fate = group.fate && group.fate !== "same" ? markup` <b class="fate">${fateWords[group.fate]}</b>` : undefined;
  return markup`<div class="container fate-${group.fate ?? "same"}"><p>${titleOf(group)}${fate}</p><svg role="img" aria-label="${titleOf(group)}: the table that follows tells what fills it" width="${width + 2}" height="${dimensions.length * rowHeight}" viewBox="-1 0 ${width + 2} ${dimensions.length * rowHeight}">${dimensions.map(
    (dimension, index) => bar(group, dimension, index * rowHeight, keys),
  )}</svg></div>`;
}

const fateWords = { same: "", new: "+ new", gone: "− removed", changed: "~ filled otherwise" };

function titleOf({ ids }: ContainerGroup): string {
  return ids.length === 1 ? `Container ${idsText(ids)}` : `Containers ${idsText(ids)}, ${ids.length} alike`;
}

const width = 240;
const rowHeight = 42;
const barHeight = 20;
/** Beyond so many instances of a component they are drawn as one. */
const mostDrawn = 40;

type Dimension = (typeof dimensions)[number];

function bar(group: ContainerGroup, { label, of, text }: Dimension, y: number, keys: Keys): Markup {
  const granted = of(group.granted);
  const scale = (amount: number) => (granted > 0 ? (amount / granted) * width : 0);
  let x = 0;
  const parts: Markup[] = [];
  for (const share of inKeyOrder(group.shares, keys)) {
    const own = scale(of(times(share.each, share.count)));
    parts.push(shareDrawing(share, { x, y: y + 17, width: own }, keys));
    x += own;
  }
  const heron = scale(of(group.heron));
  parts.push(part("heron", "Heron", { x, y: y + 17, width: heron }));
  parts.push(part("spare", "spare", { x: x + heron, y: y + 17, width: scale(of(group.spare)) }));
  return markup`<text x="0" y="${y + 12}" class="start">${label}: ${text(granted)}</text>${parts}<rect x="0" y="${y + 17}" width="${width}" height="${barHeight}" class="whole"/>`;
}

interface Span {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function shareDrawing({ component, count }: Share, { x, y, width: own }: Span, keys: Keys): Markup {
  const drawn = count > mostDrawn ? 1 : count;
  const { letter = "", pattern = 0 } = keys.get(component) ?? {};
  const each = own / drawn;
  const rects = Array.from(
    { length: drawn },
    (_, index) =>
      markup`<rect x="${round(x + index * each)}" y="${y}" width="${round(each)}" height="${barHeight}" fill="url(#pattern${pattern})" class="outline"/>`,
  );
  return markup`${rects}${plate(count > 1 ? `${letter} ×${count}` : letter, { x, y, width: own })}`;
}

function part(style: "heron" | "spare", word: string, span: Span): Markup {
  if (span.width < 0.5) return markup``;
  return markup`<rect x="${round(span.x)}" y="${span.y}" width="${round(span.width)}" height="${barHeight}" class="${style}"/>${plate(word, span)}`;
}

/** A word on a part of a bar that has room for it. */
function plate(word: string, { x, y, width: room }: Span): Markup {
  const needed = word.length * 7 + 8;
  if (room < needed + 2) return markup``;
  const middle = round(x + room / 2);
  return markup`<rect x="${round(middle - needed / 2)}" y="${y + 3}" width="${needed}" height="${barHeight - 6}" class="plate"/><text x="${middle}" y="${y + 14.5}" class="label">${word}</text>`;
}

function numbers(group: ContainerGroup, keys: Keys): string[][] {
  const line = (holds: string, amount: ContainerGroup["granted"]) => [
    idsText(group.ids),
    holds,
    ...dimensions.map(({ of, text }) => text(of(amount))),
  ];
  return [
    ...inKeyOrder(group.shares, keys).map(({ component, count, each }) =>
      line(`${component} ×${count}`, times(each, count)),
    ),
    line("Heron's own processes", group.heron),
    ...(isSpare(group) ? [line("spare", group.spare)] : []),
    line("granted in all", group.granted),
  ];
}

/** More than what is left over by rounding. */
function isSpare({ spare, granted }: ContainerGroup): boolean {
  return dimensions.some(({ of }) => of(spare) > of(granted) / 1000);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
