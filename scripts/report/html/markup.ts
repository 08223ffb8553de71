import Mustache from "mustache";

/** Text that is HTML (or SVG) already; only {@link markup} makes it. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template; nothing for what is undefined. */
export type Content = string | number | Markup | undefined | readonly Content[];

/**
 * HTML by template: every text put into it is escaped, for an element's content as for a quoted attribute.
 *
 * @example
 * markup`<b title="${name}">${name}</b>`
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(strings.map((text, index) => text + written(values[index])).join(""));
}

function written(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Markup) return content.text;
  if (typeof content === "object") return content.map(written).join("");
  return Mustache.escape(String(content));
}
