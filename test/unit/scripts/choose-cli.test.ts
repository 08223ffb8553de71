import assert from "node:assert/strict";
import { scriptModule } from "../../support/script-module";

interface OnPath {
  version: number[];
  hasNodeHost: boolean;
}

interface Choose {
  chooseCli(available: { onPath?: OnPath; official: boolean; built: boolean }): string;
  unfit(onPath: OnPath): string | undefined;
}

const recent = { version: [3, 250, 0], hasNodeHost: true };
const old = { version: [3, 249, 0], hasNodeHost: true };
const hostless = { version: [3, 250, 0], hasNodeHost: false };

describe("the choice of a Pulumi CLI", () => {
  let choose: Choose;

  before(async () => {
    choose = (await scriptModule("pulumi/choose.mjs")) as Choose;
  });

  it("prefers the user's own", () => {
    assert.equal(choose.chooseCli({ onPath: recent, official: true, built: true }), "path");
  });

  it("passes over one on PATH that is too old, and says why", () => {
    assert.equal(choose.chooseCli({ onPath: old, official: true, built: false }), "official");
    assert.equal(choose.unfit(old), "version 3.249.0 is older than 3.250");
  });

  it("passes over one on PATH that cannot run Node programs, and says why", () => {
    assert.equal(choose.chooseCli({ onPath: hostless, official: false, built: true }), "built");
    assert.match(choose.unfit(hostless) ?? "", /pulumi-language-nodejs is not there/);
  });

  it("takes the vendor's before one built from source", () => {
    assert.equal(choose.chooseCli({ official: true, built: true }), "official");
  });

  it("finds none where there is none that will do", () => {
    assert.equal(choose.chooseCli({ official: false, built: false }), "none");
    assert.equal(choose.chooseCli({ onPath: old, official: false, built: false }), "none");
  });
});
