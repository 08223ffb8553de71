import { dimensions, idsText, instancesText } from "../comparison";
import { times } from "../containers";
import { groupingText, isSameShape } from "../graph";
import type { BeforeAfter, ContainerGroup, Drawing, Graph } from "../model";
import { escapeMarkdown, escapeMermaid, nameMarkdown } from "./escape";
import { table } from "./table";

/** A topology's graph and containers, before and after. */
export function drawingMarkdown({ before, after }: BeforeAfter<Drawing>): string {
  return [...graphsMarkdown(before?.graph, after?.graph), ...containersMarkdown(before, after)].join("\n\n");
}

function graphsMarkdown(before: Graph | undefined, after: Graph | undefined): string[] {
  if (before && after && !isSameShape(before, after)) {
    return [`Graph before:\n\n${graphMarkdown(before)}`, `Graph after:\n\n${graphMarkdown(after)}`];
  }
  const shown = after ?? before;
  return shown === undefined ? [] : [graphMarkdown(shown, before)];
}

function graphMarkdown(graph: Graph, before = graph): string {
  const ids = new Map(graph.components.map(({ name }, index) => [name, `c${index}`]));
  const was = new Map(before.components.map(({ name, instances }) => [name, instances]));
  const nodes = graph.components.map(({ name, kind, instances }) => {
    const label = `"${escapeMermaid(name)}<br>${kind}, ${instancesText(was.get(name) ?? instances, instances)}"`;
    return `  ${ids.get(name) ?? ""}${kind === "spout" ? `([${label}])` : `[${label}]`}`;
  });
  const edges = graph.streams.flatMap((stream) => {
    const [from, to] = [ids.get(stream.from), ids.get(stream.to)];
    if (from === undefined || to === undefined) return [];
    return [`  ${from} -- "${escapeMermaid(`${stream.id}: ${groupingText(stream)}`)}" --> ${to}`];
  });
  const streams = table(
    ["from", "stream", "grouping", "to"],
    graph.streams.map((stream) => [
      nameMarkdown(stream.from),
      nameMarkdown(stream.id),
      escapeMarkdown(groupingText(stream)),
      nameMarkdown(stream.to),
    ]),
  );
  return ["```mermaid", "flowchart LR", ...nodes, ...edges, "```", "", streams].join("\n");
}

function containersMarkdown(before: Drawing | undefined, after: Drawing | undefined): string[] {
  return [
    ...(before ? [`Containers before:\n\n${groupsMarkdown(before.containers)}`] : []),
    ...(after ? [`Containers after:\n\n${groupsMarkdown(after.containers)}`] : []),
  ];
}

function groupsMarkdown(groups: readonly ContainerGroup[]): string {
  return table(
    ["container", "Heron instances", ...dimensions.map(({ label }) => `${label} of instances`)],
    groups.map((group) => [
      `${idsText(group.ids)}${group.fate && group.fate !== "same" ? ` (${group.fate})` : ""}`,
      group.shares.map(({ component, count }) => `${nameMarkdown(component)} ×${count}`).join(", "),
      ...dimensions.map(({ of, text }) => {
        const taken = group.shares.reduce((sum, { each, count }) => sum + of(times(each, count)), 0);
        return `${bar(taken / of(group.granted))} ${text(taken)} of ${text(of(group.granted))}`;
      }),
    ]),
  );
}

/** Ten blocks, as many of them full as the share says. */
function bar(share: number): string {
  const full = Math.min(10, Math.round(10 * (Number.isFinite(share) ? share : 0)));
  return "█".repeat(full) + "░".repeat(10 - full);
}
