import assert from "node:assert/strict";
import { ArgumentError } from "../../../components/errors";
import { checkFetchCommand } from "../../../components/plan/fetch-command";

describe("a document's own command that fetches a package", () => {
  it("is taken in one line or several, as blocks of YAML write them", () => {
    for (const command of [
      "hdfs dfs -get {{{uri}}} {{{file}}}",
      "curl -o {{{file}}} {{{uri}}}\n",
      "set -e # loud\ncurl -o {{{file}}} {{{uri}}}\n",
      "fetch --tag '#1' {{uri}} {{&file}}",
      "fetch 'a # b' {{{uri}}}",
    ])
      checkFetchCommand("topology", command);
  });

  it("is refused where it would break the command line that it becomes a part of, or knows no such placeholder", () => {
    for (const [command, says] of [
      [
        "curl {{{uri}}} # later",
        /fetch\.core: expected a command at its end, found a comment: 'curl \{\{\{uri\}\}\} # later'/,
      ],
      ["curl {{{uri}}};", /fetch\.core: expected a whole command, found ';' at its end/],
      ["curl {{{uri}}} &&\n", /fetch\.core: expected a whole command, found '&' at its end/],
      ["curl {{{url}}}", /fetch\.core: knows \{\{\{uri\}\}\} and \{\{\{file\}\}\}, found \{\{\{url\}\}\}/],
      [
        "curl {{{uri",
        /fetch\.core: expected \{\{\{uri\}\}\} and \{\{\{file\}\}\} as placeholders, found .*Unclosed tag/,
      ],
    ] as const)
      assert.throws(
        () => {
          checkFetchCommand("core", command);
        },
        (error: unknown) => error instanceof ArgumentError && says.test(error.message),
        command,
      );
  });
});
