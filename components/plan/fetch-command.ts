import Mustache from "mustache";
import type { Finding } from "../finding";
import { unendedAtEnd } from "./shell-text";

const placeholders = ["uri", "file"];

/** What is wrong with a document's own fetching command, which becomes a part of a longer one. */
export function fetchCommandFindings(which: "core" | "topology", command: string): readonly Finding[] {
  const message = unreadable(command) ?? unfinished(command);
  return message === undefined ? [] : [{ path: ["fetch", which], message }];
}

function unreadable(command: string): string | undefined {
  try {
    const other = Mustache.parse(command).find(([kind, name]) => kind !== "text" && !placeholders.includes(name));
    return other === undefined ? undefined : `knows {{{uri}}} and {{{file}}}, found {{{${other[1]}}}}`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `expected {{{uri}}} and {{{file}}} as placeholders, found something else between braces (${reason})`;
  }
}

/** What a shell reads on from, or no further than, where the command ends. */
function unfinished(command: string): string | undefined {
  const found = unendedAtEnd(command);
  if (found === undefined) return undefined;
  if (found === "#")
    return `expected a command at its end, found a comment: '${command.trimEnd().split("\n").at(-1)?.trim()}'`;
  if (found === "<<") return "expected a command at its end, found a here-document";
  return /['"`]/.test(found)
    ? `expected a whole command, found a ${found} that is not closed`
    : `expected a whole command, found '${found}' at its end`;
}
