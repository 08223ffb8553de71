import Mustache from "mustache";
import { ArgumentError } from "../errors";
import { unendedAtEnd } from "./shell-text";

const placeholders = ["uri", "file"];

/** A document's own fetching command becomes a part of a longer one. @throws ArgumentError for one that would break that */
export function checkFetchCommand(which: "core" | "topology", command: string): void {
  const wrong = unreadable(command) ?? unfinished(command);
  if (wrong !== undefined) throw new ArgumentError([{ path: ["fetch", which], message: wrong }]);
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
