import assert from "node:assert/strict";
import { explainWords } from "../../../components/probe/words";

describe("what a fetching command has written last", () => {
  it("is explained where its words are known", () => {
    assert.match(
      explainWords(["curl: (22) The requested URL returned error: 403"]),
      /404 where there is no such object/,
    );
    assert.match(explainWords(["bash: line 1: aws: command not found"]), /not installed/);
    assert.match(explainWords(["heron-core.tar.gz has sha256 0abc, expected 1def"]), /another sha256/);
    assert.match(
      explainWords(["fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden"]),
      /role may not read the bucket/,
    );
  });

  it("is left alone where they are not", () => {
    assert.equal(explainWords(["something else"]), "");
    assert.equal(explainWords([]), "");
  });
});
