import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repoRoot } from "../../support/paths";
import { scriptModule } from "../../support/script-module";

const { engines } = JSON.parse(readFileSync(join(repoRoot, "package.json"), "utf8")) as {
  readonly engines: { readonly node: string };
};

interface NodeVersion {
  nodeProblem: (version: string) => string | undefined;
}

describe("the Node version check", () => {
  let nodeProblem: NodeVersion["nodeProblem"];

  before(async () => {
    ({ nodeProblem } = (await scriptModule("node-version.mjs")) as NodeVersion);
  });

  for (const version of ["20.19.0", "20.20.2", "22.12.0", "23.0.0", "24.1.0"]) {
    it(`accepts ${version}`, () => {
      assert.equal(nodeProblem(version), undefined);
    });
  }

  for (const version of ["22.11.0", "21.7.3", "20.18.3", "18.20.0", "8.17.0"]) {
    it(`says for ${version} what is needed and where to get it`, () => {
      assert.match(
        nodeProblem(version) ?? "",
        new RegExp(`Node ${version} will not do: .*20\\.19.*22\\.12.*nodejs\\.org`),
      );
    });
  }

  it("is what package.json tells npm", () => {
    assert.equal(engines.node, "^20.19 || >=22.12");
  });
});
