import { readFileSync } from "node:fs";
import { join } from "node:path";
import Mustache from "mustache";

/** `templates/` of this library, seen from the compiled file. */
const templates = join(__dirname, "..", "..", "templates");

/** Text of a template. */
export function template(...path: string[]): string {
  return readFileSync(join(templates, ...path), "utf8");
}

/** Renders a mustache template. Nothing is HTML-escaped: what we render is YAML, Python and shell. */
export function render(text: string, view: object): string {
  return Mustache.render(text, view, undefined, { escape: String });
}
