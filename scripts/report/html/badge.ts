import { shortMark } from "../comparison";
import type { Change } from "../model";
import { type Markup, markup } from "./markup";

/** What is done and how much care it needs: by sign, word, frame and colour. */
export function badge(change: Pick<Change, "care" | "kinds">): Markup {
  const { sign, text } = shortMark(change);
  return markup`<span class="badge ${change.care}"><span aria-hidden="true">${sign}</span> ${text}</span>`;
}
