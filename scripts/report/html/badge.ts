import { careMarks } from "../comparison";
import type { Change } from "../model";
import { type Markup, markup } from "./markup";

/** How much care a change needs: by sign, word, frame and colour. */
export function badge({ care, kinds }: Pick<Change, "care" | "kinds">): Markup {
  const { sign, word } = careMarks[care];
  return markup`<span class="badge ${care}"><span aria-hidden="true">${sign}</span> ${kinds.includes("running") ? "Running" : word}</span>`;
}
