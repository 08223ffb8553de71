import { createHash } from "node:crypto";
import { template } from "../../../components/render";
import { containersText, quotaRows, totalsOf } from "../comparison";
import { headlineOf, notesOf, titleOf } from "../headline";
import type { QuotaUse, Report } from "../model";
import { badge } from "./badge";
import { patternDefinitions } from "./keys";
import { Markup, markup } from "./markup";
import { table } from "./table";
import { comparison, topologySection } from "./topology";

/** The report as one page that needs nothing else: no script, no other file, no network; its own policy forbids them. */
export function htmlReport(report: Report): string {
  const style = template("report", "style.css");
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${sha256(style)}'; base-uri 'none'; form-action 'none'`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${titleOf(report)}</title>
<style>${new Markup(style)}</style>
</head>
<body>
${patternDefinitions()}
<header>
<h1>${titleOf(report)}</h1>
<p class="headline">${headlineOf(report)}</p>
${notesOf(report).map((note) => markup`<p class="note">${note}</p>`)}
</header>
<main>
${report.topologies.length === 0 ? undefined : summary(report)}
${report.topologies.map((topology, index) => topologySection(topology, `t${index}`))}
${others(report)}
</main>
</body>
</html>
`;
  return page.text;
}

function summary(report: Report): Markup {
  const rows = report.topologies.map((topology, index) => [
    markup`<a href="#t${index}">${topology.name}</a>`,
    badge(topology.change),
    topology.change.words,
    containersText(topology, report.subject),
  ]);
  return markup`<section aria-labelledby="summary"><h2 id="summary">Summary</h2>
${table("Topologies", ["topology", "change", "what is done", "containers"], rows)}
${comparison(report.unlisted > 0 ? "All listed topologies together" : "All topologies together", totalsOf(report.total))}
${report.quotas.map(quota)}
</section>`;
}

function quota(use: QuotaUse): Markup {
  const rows = quotaRows(use).map(({ label, now, after, quota: limit, share }) => [
    label,
    now,
    ...(after === undefined ? [] : [after]),
    limit,
    share > 1 ? markup`<b>‼ DANGER: more than the quota</b>` : gauge(share),
  ]);
  const headings = ["resource", "used now", ...(use.after ? ["used after"] : []), "quota", "share"];
  return table(`Quota of the role ${use.role}`, headings, rows);
}

function gauge(share: number): Markup {
  const percent = Math.round(100 * share);
  return markup`<svg width="102" height="14" aria-hidden="true" focusable="false"><rect x="1" y="1" width="${percent}" height="12" class="heron"/><rect x="1" y="1" width="100" height="12" class="whole"/></svg> ${percent} %`;
}

function others({ others: changes }: Report): Markup | undefined {
  if (changes.length === 0) return undefined;
  const rows = changes.map((change) => [change.name, change.type, badge(change)]);
  return markup`<section aria-labelledby="others"><h2 id="others">Other resources</h2>
${table("Packages and whatever else changes", ["name", "type", "change"], rows)}
</section>`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
