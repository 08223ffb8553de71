const longest = 200;

/**
 * A text that others chose, fit to be shown: what steers a display instead of standing on it (control characters,
 * directions of writing, characters of no width, halves of a pair) is written as `\u{…}`, and what is very long is cut.
 */
export function visible(text: string): string {
  const shown = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (each) => `\\u{${codePoint(each)}}`);
  const letters = Array.from(shown);
  return letters.length > longest ? `${letters.slice(0, longest - 1).join("")}…` : shown;
}

function codePoint(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16);
}
