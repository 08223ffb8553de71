import { careMarks } from "./comparison";
import type { Care, Report } from "./model";

/** The report's title. */
export function titleOf({ stack, subject }: Report): string {
  return subject === "preview" ? `What a deployment of ${stack} changes` : `What runs in ${stack}`;
}

/** What there is to look at, most care first, in one line. */
export function headlineOf({ topologies, subject }: Report): string {
  if (topologies.length === 0) return "No topologies.";
  const all = topologies.length === 1 ? "1 topology" : `${topologies.length} topologies`;
  if (subject === "deployed") return `${all}.`;
  const levels: readonly Care[] = ["danger", "caution", "calm", "none"];
  const parts = levels.flatMap((care) => {
    const count = topologies.filter(({ change }) => change.care === care).length;
    return count === 0
      ? []
      : [`${count} with ${care === "danger" ? careMarks.danger.word : careMarks[care].word.toLowerCase()}`];
  });
  return `${all}: ${parts.join(", ")}.`;
}

/** What the reader must know of the report itself. */
export function notesOf({ incomplete, unlisted, unasked, subject }: Report): string[] {
  return [
    ...(incomplete ? ["The preview ended with errors: this is not all. Its own output tells them."] : []),
    ...(unlisted > 0
      ? [
          `${unlisted} unchanged ${unlisted === 1 ? "resource is" : "resources are"} not listed in the preview, so not in ` +
            "the sums: make it with --show-sames to have them here.",
        ]
      : []),
    ...unasked.map((role) => `Without the quota of the role ${role}: the scheduler could not be asked from here.`),
    ...(subject === "deployed" ? ["This is what Pulumi's state says, as of the last deployment or refresh."] : []),
  ];
}

/** Told where there is no definition or packing plan to draw. */
export const undrawn =
  "Not drawn: definition and packing plan of this side are not at hand, neither in this checkout's cache nor by planning the documents.";
