import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { PreparedWordCount } from "../../support/prepared-word-count";

describe("A topology's package that its definition says nothing of", () => {
  let project: PreparedWordCount;

  before(() => {
    project = new PreparedWordCount();
  });

  after(() => {
    project.dispose();
  });

  const prepared = (name: string, content: string | Uint8Array) => {
    writeFileSync(name, content);
    return project.prepare({ package: name, class: "a.B" });
  };
  const page = "<html>404 Not Found</html>";
  const emptyZip = `PK\x05\x06${"\0".repeat(18)}`;

  const refused: Readonly<Record<string, readonly [string, string, RegExp]>> = {
    "an empty file": ["a.so", "", /^UserError: package: a\.so is empty\. Build it/],
    "git-lfs's pointer": [
      "a.tar",
      "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n",
      /^UserError: package: a\.tar is only git-lfs's pointer .*'git lfs pull'/,
    ],
    "a page in the place of a jar": ["a.jar", page, /^UserError: package: a\.jar is not a zip, as its name says\./],
    "a page in the place of a pex": ["a.pex", page, /a\.pex is not a zip/],
    "what is not compressed, and says so": ["a.tar.gz", page, /a\.tar\.gz is not a gzipped tar/],
  };
  for (const [what, [name, content, words]] of Object.entries(refused))
    it(`is refused where it is ${what}, before it can be rolled out`, () =>
      assert.rejects(prepared(name, content), words));

  const taken: Readonly<Record<string, readonly [string, string | Uint8Array]>> = {
    "a zip that a script stands before": ["b.pex", `#!/usr/bin/env python3\n${emptyZip}`],
    "a zip with the longest comment": ["b.jar", `${emptyZip.slice(0, -2)}\xff\xff${"c".repeat(65_535)}`],
    "a gzipped tar": ["b.tar.gz", gzipSync("")],
    "a tar or a library of any bytes": ["b.so", page],
  };
  for (const [what, [name, content]] of Object.entries(taken))
    it(`is taken where it is ${what}`, async () => {
      const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
      assert.equal((await prepared(name, bytes)).file.name, "WordCount");
    });
});
