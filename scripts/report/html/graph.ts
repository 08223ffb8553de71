import { instancesText } from "../comparison";
import { groupingText, isSameShape } from "../graph";
import type { BeforeAfter, Drawing, Graph, Stream } from "../model";
import type { Key, Keys } from "./keys";
import { boxHeight, labelHeight, type LaidOut, layOut, type Place } from "./layout";
import { type Markup, markup } from "./markup";
import { scrolling, table } from "./table";

/** A topology's graph: one where its shape stays, else one for each side. */
export function graphs(sides: BeforeAfter<Drawing>, keys: Keys): Markup {
  return markup`${shown(sides).map(({ title, graph: each, before }) => graph(each, keys, title, before))}`;
}

/** The same graphs in words: their streams. */
export function streamTables(sides: BeforeAfter<Drawing>): Markup {
  return markup`${shown(sides).map(({ title, graph: each }) => streamTable(each, title))}`;
}

interface Shown {
  /** Which of two it is; the only one has none. */
  readonly title: string;
  readonly graph: Graph;
  /** With the numbers of instances before the change. */
  readonly before: Graph;
}

function shown({ before, after }: BeforeAfter<Drawing>): Shown[] {
  const [was, will] = [before?.graph, after?.graph];
  if (was && will && !isSameShape(was, will)) {
    return [
      { title: "before", graph: was, before: was },
      { title: "after", graph: will, before: will },
    ];
  }
  const only = will ?? was;
  return only === undefined ? [] : [{ title: "", graph: only, before: was ?? only }];
}

function graph(shown: Graph, keys: Keys, title: string, before: Graph): Markup {
  const was = new Map(before.components.map(({ name, instances }) => [name, instances]));
  const placed = layOut(
    shown,
    ({ name, kind, instances }) => [
      `${letterOf(keys, name)} ${shortened(name)}`,
      `${kind}, ${instancesText(was.get(name) ?? instances, instances)}`,
    ],
    (stream) => shortened(streamText(stream)),
  );
  const caption = `Spouts, bolts and streams ${title}`.trimEnd();
  return markup`<figure><figcaption>${caption}</figcaption>${scrolling(caption, drawing(placed, keys, caption))}</figure>`;
}

function drawing({ width, height, boxes, arrows }: LaidOut, keys: Keys, title: string): Markup {
  return markup`<svg class="graph" role="img" aria-label="${title}: the table of streams tells the same" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${arrows.map(
    ({ points, label }) => arrow(points, label),
  )}${boxes.map((each) => box(each, keys.get(each.component.name)))}</svg>`;
}

function box({ x, y, width, lines, component }: LaidOut["boxes"][number], key?: Key): Markup {
  const [left, top] = [x - width / 2, y - boxHeight / 2];
  const round = component.kind === "spout" ? boxHeight / 2 : 3;
  return markup`<g><rect x="${left}" y="${top}" width="${width}" height="${boxHeight}" rx="${round}" class="box"/>${
    key &&
    markup`<rect x="${left + 14}" y="${top + boxHeight - 8}" width="${width - 28}" height="5" fill="url(#pattern${key.pattern})"/>`
  }<text x="${x}" y="${top + 19}" class="name">${lines[0]}</text><text x="${x}" y="${top + 36}">${lines[1]}</text></g>`;
}

function arrow(points: readonly Place[], { x, y, text, width }: LaidOut["arrows"][number]["label"]): Markup {
  const path = points.map((point, index) => `${index === 0 ? "M" : "L"}${round(point.x)} ${round(point.y)}`).join(" ");
  return markup`<path d="${path}" class="stream" marker-end="url(#arrow)"/><rect x="${x - width / 2}" y="${y - labelHeight / 2}" width="${width}" height="${labelHeight}" class="plate"/><text x="${x}" y="${y + 4}" class="label">${text}</text>`;
}

function streamTable({ streams }: Graph, title: string): Markup {
  return table(
    `Streams ${title}`.trimEnd(),
    ["from", "stream", "grouping", "to"],
    streams.map((stream) => [stream.from, stream.id, groupingText(stream), stream.to]),
  );
}

/** Heron's own name for a component's only stream says nothing. */
function streamText(stream: Stream): string {
  return stream.id === "default" ? groupingText(stream) : `${stream.id}: ${groupingText(stream)}`;
}

function letterOf(keys: Keys, name: string): string {
  return keys.get(name)?.letter ?? "";
}

function shortened(text: string): string {
  const letters = Array.from(text);
  return letters.length > 28 ? `${letters.slice(0, 27).join("")}…` : text;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
