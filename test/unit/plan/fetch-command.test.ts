import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fetchCommand } from "../../../components/aurora/thermos";
import { formatPath } from "../../../components/finding";
import { fetchCommandFindings } from "../../../components/plan/fetch-command";

describe("a document's own command that fetches a package", () => {
  it("is taken in one line or several, as blocks of YAML write them", () => {
    for (const command of [
      "hdfs dfs -get {{{uri}}} {{{file}}}",
      "curl -o {{{file}}} {{{uri}}}\n",
      "set -e # loud\ncurl -o {{{file}}} {{{uri}}}\n",
      "fetch --tag '#1' {{uri}} {{&file}}",
      "fetch 'a # b' {{{uri}}}",
      "fetch # it's slow\ncurl -o {{{file}}} {{{uri}}}",
      'curl -H "X-Tag: #$(date "+%s # s")" -o {{{file}}} {{{uri}}}',
      "curl {{{uri}}} > \"`basename '{{{file}}}' '#'`\"",
      'name={{{file}}}; curl -o "${name#*"# \'"}" {{{uri}}} 2>&1 # $((1 << 2))\n(echo it\\\'s $(date)#there)',
      "find {{{uri}}} -exec cp {} {{{file}}} \\;",
      "python3 - {{{uri}}} <<'END' > {{{file}}}\nprint(\"it's # here\nEND\ntest -s {{{file}}}",
      "tr a b <<< {{{uri}}} > {{{file}}}",
      "curl -H $'X-Tag: it\\'s' -o {{{file}}} {{{uri}}}",
      "n=4; curl --limit-rate $((1<<n))M -o {{{file}}} {{{uri}}}",
      "((n = 1 << (m))); curl -o {{{file}}} {{{uri}}}",
      "case {{{uri}}} in\n  s3:*) aws s3 cp {{{uri}}} {{{file}}} ;;\n  *) curl -o {{{file}}} {{{uri}}} ;;\nesac",
    ]) {
      assert.deepEqual(fetchCommandFindings("topology", command), []);
      const line = fetchCommand({ command }, { uri: "s3://b/k", sha256: "0", file: "heron-core.tar.gz" });
      const { stderr } = spawnSync("bash", ["-n", "-c", line], { encoding: "utf8" });
      assert.equal(stderr, "", command);
    }
  });

  it("is refused where it would break the command line that it becomes a part of, or knows no such placeholder", () => {
    for (const [command, says] of [
      [
        "curl {{{uri}}} # later",
        /fetch\.core: expected a command at its end, found a comment: 'curl \{\{\{uri\}\}\} # later'/,
      ],
      [
        "curl {{{uri}}} # it's slow",
        /expected a command at its end, found a comment: 'curl \{\{\{uri\}\}\} # it's slow'/,
      ],
      ['curl {{{uri}}} # a "b" \\', /found a comment/],
      ["set -e\n# curl {{{uri}}} ' $(", /found a comment: '# curl \{\{\{uri\}\}\} ' \$\('/],
      ["curl {{{uri}}} ;# later's", /found a comment/],
      ["curl '{{{uri}}}", /fetch\.core: expected a whole command, found a ' that is not closed/],
      ["curl $'{{{uri}}}\\'", /found a ' that is not closed/],
      ['curl "$(date "{{{uri}}})', /found a " that is not closed/],
      ["curl `{{{uri}}}", /found a ` that is not closed/],
      ["curl {{{uri}}} \\", /found '\\' at its end/],
      ["tar x <<EOF\n{{{uri}}}\nEOF\n", /expected a command at its end, found a here-document/],
      ["cat <<EOF", /found a here-document/],
      ["curl {{{uri}}};", /fetch\.core: expected a whole command, found ';' at its end/],
      ["curl {{{uri}}} &&\n", /fetch\.core: expected a whole command, found '&' at its end/],
      ["curl {{{url}}}", /fetch\.core: knows \{\{\{uri\}\}\} and \{\{\{file\}\}\}, found \{\{\{url\}\}\}/],
      [
        "curl {{{uri",
        /fetch\.core: expected \{\{\{uri\}\}\} and \{\{\{file\}\}\} as placeholders, found .*Unclosed tag/,
      ],
    ] as const) {
      const [found, ...others] = fetchCommandFindings("core", command);
      assert.deepEqual(others, []);
      assert.match(`${formatPath(found?.path ?? [])}: ${found?.message}`, says, command);
    }
  });
});
