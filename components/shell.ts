/**
 * Quotes text for a POSIX shell, so that it arrives as one argument, unchanged, and nothing in it runs. Two braces never
 * stand together in what is returned: Thermos fills `{{…}}` in command lines after us.
 * @throws RangeError for a NUL, which no argument can hold
 */
export function quote(text: string): string {
  if (text.includes("\0")) throw new RangeError("a shell argument cannot hold a NUL");
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  const quoted = `'${text.replaceAll("'", `'\\''`)}'`;
  return quoted.replace(/\{(?=\{)|\}(?=\})/g, "$&''");
}

/** Arguments as one command line. */
export function commandLine(args: readonly string[]): string {
  return args.map(quote).join(" ");
}
