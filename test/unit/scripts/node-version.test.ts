import assert from "node:assert/strict";
import { scriptModule } from "../../support/script-module";

interface NodeVersion {
  nodeProblem: (version: string) => string | undefined;
}

describe("the Node version check", () => {
  let nodeProblem: NodeVersion["nodeProblem"];

  before(async () => {
    ({ nodeProblem } = (await scriptModule("node-version.mjs")) as NodeVersion);
  });

  for (const version of ["20.19.0", "20.20.2", "22.0.0", "24.1.0"]) {
    it(`accepts ${version}`, () => {
      assert.equal(nodeProblem(version), undefined);
    });
  }

  for (const version of ["20.18.3", "18.20.0", "8.17.0"]) {
    it(`says for ${version} what is needed and where to get it`, () => {
      assert.match(nodeProblem(version) ?? "", new RegExp(`Node ${version} is too old.*20\\.19.*nodejs\\.org`));
    });
  }
});
