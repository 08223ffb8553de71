/** What a command that fetches writes when it fails, and what to look at. */
const meanings: readonly (readonly [words: RegExp, meaning: string])[] = [
  [/curl: \(6\)/, "curl cannot resolve the host's name"],
  [/curl: \(7\)/, "curl cannot connect to the host"],
  [
    /curl: \(22\)/,
    "curl was answered with an HTTP error: 403 where the bucket's policy does not let the agent's network read, 404 where there is no such object",
  ],
  [/curl: \(28\)/, "curl timed out"],
  [/curl: \(35\)/, "curl could not agree on TLS"],
  [/curl: \(60\)/, "curl does not trust the server's certificate"],
  [
    /has sha256 \w*, expected/,
    "what was fetched has another sha256 than what was uploaded: where it was changed in the store, delete it there and run 'pulumi up --refresh', which puts it back",
  ],
  [/Unable to locate credentials/, "aws finds no credentials on the agent"],
  [/\(40[034]\)|AccessDenied/, "the agent's role may not read the bucket, or there is no such object"],
  [/Permission denied/, "the command may not be executed, or the file not read, by the role on the agent"],
  [/not found$/, "the command is not installed on the agent"],
  [/No such file or directory/, "the package is not there on the agent: look whether the folder is mounted"],
];

/** What the last lines of a command that fetches mean, to be told beside them; nothing where they are not known. */
export function explainWords(lines: readonly string[]): string {
  const found = meanings.find(([words]) => lines.some((line) => words.test(line)));
  return found === undefined ? "" : ` (${found[1]})`;
}
