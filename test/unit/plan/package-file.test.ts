import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { PreparedWordCount } from "../../support/prepared-word-count";

describe("A topology's package that its definition says nothing of", () => {
  let project: PreparedWordCount;

  before(() => {
    project = new PreparedWordCount();
  });

  after(() => {
    project.dispose();
  });

  const prepared = (name: string, content: string) => {
    writeFileSync(name, content);
    return project.prepare({ package: name, class: "a.B" });
  };

  const refused: Readonly<Record<string, readonly [string, string, RegExp]>> = {
    "an empty file": ["a.so", "", /^UserError: package: a\.so is empty\. Build it/],
    "git-lfs's pointer": [
      "a.tar",
      "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n",
      /^UserError: package: a\.tar is only git-lfs's pointer .*'git lfs pull'/,
    ],
    "the page of a failed download": [
      "a.jar",
      "<!DOCTYPE html>\n<html>404",
      /a\.jar is a web page, as a failed download/,
    ],
  };
  for (const [what, [name, content, words]] of Object.entries(refused))
    it(`is refused where it is ${what}, before it can be rolled out`, () =>
      assert.rejects(prepared(name, content), words));

  it("is taken where its bytes say nothing of it, as earlier versions took it", async () => {
    assert.equal((await prepared("b.jar", "stands in for a jar")).file.name, "WordCount");
  });
});
