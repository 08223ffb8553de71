import { comparisonOf, containersText, differs, quotaRows, type Row, shortMark, totalsOf } from "../comparison";
import { headlineOf, notesOf, titleOf, undrawn } from "../headline";
import type { Change, QuotaUse, Report, TopologyReport } from "../model";
import { drawingMarkdown } from "./drawing";
import { escapeMarkdown, nameMarkdown } from "./escape";
import { folded, table } from "./table";

/** Characters that a comment on GitHub may have, with some room for what a pipeline adds. */
const longestComment = 60_000;

/** The report for a pull request: what needs care first, each topology folded; never longer than a comment may be. */
export function markdownReport(report: Report): string {
  const start = [
    `## ${escapeMarkdown(titleOf(report))}`,
    escapeMarkdown(headlineOf(report)),
    ...notesOf(report).map((note) => `> ${escapeMarkdown(note)}`),
    ...(report.topologies.length > 0 ? [overview(report), totals(report)] : []),
    ...report.quotas.map(quota),
    ...others(report),
  ];
  const shown = report.topologies.filter(({ change }) => !change.kinds.includes("unchanged"));
  return `${fitting(start, shown.map(topologyMarkdown)).join("\n\n")}\n`;
}

/** As many of the details as there is room for. */
function fitting(start: readonly string[], details: readonly string[]): string[] {
  const parts = [...start];
  let room = longestComment - start.join("\n\n").length;
  for (const [index, detail] of details.entries()) {
    room -= detail.length + 2;
    if (room < 0) return [...parts, `> ${details.length - index} topologies more: see the HTML page for all details.`];
    parts.push(detail);
  }
  return parts;
}

function overview({ topologies, subject }: Report): string {
  return table(
    ["change", "topology", "what is done", "containers"],
    topologies.map((topology) => [
      mark(topology.change),
      nameMarkdown(topology.name),
      escapeMarkdown(topology.change.words),
      containersText(topology, subject),
    ]),
  );
}

function mark(change: Pick<Change, "care" | "kinds">): string {
  const { sign, text } = shortMark(change);
  const escaped = escapeMarkdown(`${sign} ${text}`);
  return change.care === "danger" ? `<b>${escaped}</b>` : escaped;
}

function totals(report: Report): string {
  const heading = report.unlisted > 0 ? "all listed topologies" : "all topologies";
  return comparison(heading, totalsOf(report.total));
}

function quota(use: QuotaUse): string {
  const rows = quotaRows(use).map(({ label, now, after, quota: limit, share }) => [
    label,
    now,
    ...(after === undefined ? [] : [after]),
    limit,
    share > 1 ? "<b>‼ DANGER: more than the quota</b>" : `${Math.round(100 * share)} %`,
  ]);
  const heading = `quota of the role ${nameMarkdown(use.role)}`;
  return table([heading, "used now", ...(use.after ? ["used after"] : []), "quota", "share"], rows);
}

function topologyMarkdown(topology: TopologyReport): string {
  const drawings = {
    ...(topology.before?.drawing && { before: topology.before.drawing }),
    ...(topology.after?.drawing && { after: topology.after.drawing }),
  };
  const body = [
    nameMarkdown(topology.jobKey),
    comparison("what", comparisonOf(topology)),
    ...((drawings.before ?? drawings.after) ? [drawingMarkdown(drawings)] : []),
    ...[topology.before, topology.after].flatMap((side) => (side && !side.drawing ? [`> ${undrawn}`] : [])),
  ].join("\n\n");
  const summary = `${mark(topology.change)} ${nameMarkdown(topology.name)}: ${escapeMarkdown(topology.change.words)}`;
  return folded(summary, body);
}

/** Both sides where they are compared, one column where there is but one. */
function comparison(heading: string, rows: readonly Row[]): string {
  const label = (row: Row) => (differs(row) ? `**${escapeMarkdown(row.label)}**` : escapeMarkdown(row.label));
  const cell = (text: string | undefined) => escapeMarkdown(text ?? "none");
  if (rows.every(({ before }) => before === undefined)) {
    return table(
      [heading, "value"],
      rows.map((row) => [escapeMarkdown(row.label), cell(row.after)]),
    );
  }
  return table(
    [heading, "before", "after"],
    rows.map((row) => [label(row), cell(row.before), cell(row.after)]),
  );
}

function others({ others: changes }: Report): string[] {
  if (changes.length === 0) return [];
  const rows = changes.map((each) => [mark(each), escapeMarkdown(each.type), nameMarkdown(each.name)]);
  return [folded(`${changes.length} other resources`, table(["change", "type", "name"], rows))];
}
