import { type Content, type Markup, markup } from "./markup";

/** A table whose first column heads its rows. */
export function table(caption: string, headings: readonly string[], rows: readonly (readonly Content[])[]): Markup {
  const head = headings.map((heading) => markup`<th scope="col">${heading}</th>`);
  const body = rows.map(
    ([first, ...cells]) =>
      markup`<tr><th scope="row"><bdi>${first}</bdi></th>${cells.map((cell) => markup`<td><bdi>${cell}</bdi></td>`)}</tr>`,
  );
  return scrolling(
    caption,
    markup`<table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`,
  );
}

/** What may be wider than the page: scrolled by itself, by keys as well. */
export function scrolling(label: string, content: Markup): Markup {
  return markup`<div class="scrolling" role="group" aria-label="${label}" tabindex="0">${content}</div>`;
}
