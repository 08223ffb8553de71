import Mustache from "mustache";
import { ArgumentError } from "../errors";

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
  const last = command.trimEnd().split("\n").at(-1) ?? "";
  if (/(^|\s)#[^'"]*$/.test(last)) return `expected a command at its end, found a comment: '${last.trim()}'`;
  const sign = /[;&|\\]$/.exec(last)?.[0];
  return sign === undefined ? undefined : `expected a whole command, found '${sign}' at its end`;
}
