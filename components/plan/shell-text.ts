/** What a shell leaves open or takes for no command at a text's end. */
export type Unended = "#" | "<<" | "'" | '"' | "`" | ";" | "&" | "|" | "\\";

/** A here-document's beginning, and its end's word in quotes or not. */
const hereDocument = /<<-?[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([A-Za-z_]\w*))/y;

/** What closes `$'…'`, in which a `\` keeps the quote that follows it; and `((…))`, in which `<<` shifts. */
const escapingQuote = "$'";
const arithmetic = "))";

/**
 * Pure: how a shell's text ends where more of a command line cannot follow it: within a comment, quotes or a here-document, or
 * with a sign that joins commands. Undefined of a text that ends as a command does.
 */
export function unendedAtEnd(text: string): Unended | undefined {
  const command = text.trimEnd();
  /** What closes what is open, the innermost last. */
  const open: string[] = [];
  let documents: string[] = [];
  for (let at = 0; at < command.length; at++) {
    const sign = command.charAt(at);
    const inner = open.at(-1);
    if (inner === "'") {
      if (sign === "'") open.pop();
    } else if (inner === escapingQuote) {
      if (sign === "\\") at++;
      else if (sign === "'") open.pop();
    } else if (sign === "\\") {
      if (++at === command.length) return "\\";
    } else if (sign === inner || (sign === ")" && inner === arithmetic)) open.pop();
    else if (sign === '"' || sign === "`") open.push(sign);
    else if (sign === "$" && "({".includes(command.charAt(at + 1))) open.push(command.charAt(++at) === "(" ? ")" : "}");
    else if (inner === '"' || inner === "}") {
      if (sign === "'" && !open.includes('"')) open.push(sign);
    } else if (sign === "'") open.push(command.charAt(at - 1) === "$" ? escapingQuote : sign);
    else if (sign === "(") open.push(command.charAt(at - 1) === "(" ? arithmetic : ")");
    else if (sign === "#" && /^$|[\s;&|(]/.test(command.charAt(at - 1))) {
      at = command.indexOf("\n", at) - 1;
      if (at < 0) return "#";
    } else if (sign === "<" && command.startsWith("<<", at) && !open.includes(arithmetic)) {
      hereDocument.lastIndex = at;
      const [begun = "<<", ...words] = hereDocument.exec(command) ?? [];
      documents.push(...words.filter(Boolean));
      at += Math.max(begun.length, command.startsWith("<<<", at) ? 3 : 0) - 1;
    } else if (sign === "\n") {
      for (const word of documents) at = endOfDocument(command, word, at);
      if (documents.length > 0 && at >= command.length) return "<<";
      documents = [];
    }
  }
  if (documents.length > 0) return "<<";
  const quote = open
    .map((sign) => (sign === escapingQuote ? "'" : sign))
    .find((sign): sign is "'" | '"' | "`" => ["'", '"', "`"].includes(sign));
  return quote ?? joining(command);
}

/** Where the line ends that ends a here-document, which begins behind `from`. */
function endOfDocument(text: string, word: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const next = text.indexOf("\n", at + 1);
    const end = next === -1 ? text.length : next;
    if (text.slice(at + 1, end).replace(/^\t+/, "") === word) return end;
    at = end;
  }
  return at;
}

function joining(command: string): Unended | undefined {
  const [, escape = "", sign] = /(\\*)([;&|])$/.exec(command) ?? [];
  return escape.length % 2 === 0 ? (sign as Unended | undefined) : undefined;
}
