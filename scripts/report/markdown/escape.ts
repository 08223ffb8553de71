/**
 * A text as it is, in GitHub's and GitLab's Markdown: everything that may have a meaning is written as a character
 * reference, which Markdown never takes for markup, a link or the end of a table's cell.
 */
export function escapeMarkdown(text: string): string {
  return text.replace(/[^\p{L}\p{N} ,()→–…=+%]/gu, (each) => `&#${each.codePointAt(0) ?? 0xfffd};`);
}

/** A name that others chose: as code, where nobody is mentioned and no issue is linked by it. */
export function nameMarkdown(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}

/** A text inside the quotes of a Mermaid label, where `#` begins a character reference and HTML is drawn. */
export function escapeMermaid(text: string): string {
  return text.replace(/[^\p{L}\p{N} ,.()_→–-]/gu, (each) => `#${each.codePointAt(0) ?? 0xfffd};`);
}
