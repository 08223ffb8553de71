import { comparisonOf, differs, type Row } from "../comparison";
import { undrawn } from "../headline";
import type { TopologyReport } from "../model";
import { badge } from "./badge";
import { containers } from "./containers";
import { graphs, streamTables } from "./graph";
import { keysOf, legend } from "./keys";
import { type Markup, markup } from "./markup";
import { table } from "./table";

/** All of one topology: what is done to it, its numbers, its graph, its containers. */
export function topologySection(topology: TopologyReport, id: string): Markup {
  const { name, jobKey, change, before, after } = topology;
  const keys = keysOf(topology);
  const drawings = {
    ...(before?.drawing && { before: before.drawing }),
    ...(after?.drawing && { after: after.drawing }),
  };
  const drawn = keys.size > 0;
  return markup`<section id="${id}" class="topology care-${change.care}" aria-labelledby="${id}-name">
<h2 id="${id}-name">${badge(change)} <bdi>${name}</bdi></h2>
<p class="words">${change.words}</p>
<p class="key"><bdi>${jobKey}</bdi></p>
${drawn ? markup`<h3>Graph</h3>${legend(keys)}${graphs(drawings, keys)}` : undefined}
<div class="row">${comparison("Numbers and settings", comparisonOf(topology))}${streamTables(drawings)}</div>
${drawn ? markup`<h3>Containers</h3><p>Beside these there is container 0, granted the same, which runs the TManager.</p>${containers(drawings, keys)}` : undefined}
${[before, after].map((side) => (side && !side.drawing ? markup`<p class="note">${undrawn}</p>` : undefined))}
</section>`;
}

/** Both sides where they are compared, one column where there is but one. */
export function comparison(caption: string, rows: readonly Row[]): Markup {
  if (rows.every(({ before }) => before === undefined)) {
    return table(
      caption,
      ["what", "value"],
      rows.map(({ label, after }) => [label, after ?? "none"]),
    );
  }
  return table(
    caption,
    ["what", "before", "after", "differs"],
    rows.map((row) => {
      const { label, before = "none", after = "none" } = row;
      return differs(row) ? [label, before, markup`<b>${after}</b>`, markup`<b>yes</b>`] : [label, before, after, "no"];
    }),
  );
}
