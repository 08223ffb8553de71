import assert from "node:assert/strict";
import { scriptModule } from "../../support/script-module";

type Packages = Record<string, { version?: string; integrity?: string; optional?: boolean; link?: boolean }>;

interface Dependencies {
  matchesLock: (lock: Packages, installed: Packages) => boolean;
}

const lock: Packages = {
  "": { version: "0.1.0" },
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/b-darwin": { version: "2.0.0", integrity: "sha512-b", optional: true },
  "node_modules/self": { link: true },
};
const installed: Packages = {
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/self": { link: true },
};

describe("installed dependencies", () => {
  let matchesLock: Dependencies["matchesLock"];

  before(async () => {
    ({ matchesLock } = (await scriptModule("dependencies.mjs")) as Dependencies);
  });

  it("match the lock file without the packages of other platforms", () => {
    assert.equal(matchesLock(lock, installed), true);
  });

  it("do not match where a package lacks", () => {
    assert.equal(matchesLock(lock, { "node_modules/self": { link: true } }), false);
  });

  it("do not match where a version or the content differs", () => {
    assert.equal(
      matchesLock(lock, { ...installed, "node_modules/a": { version: "1.0.1", integrity: "sha512-a" } }),
      false,
    );
    assert.equal(
      matchesLock(lock, { ...installed, "node_modules/a": { version: "1.0.0", integrity: "sha512-x" } }),
      false,
    );
  });

  it("do not match where one is left that the lock file has no more", () => {
    assert.equal(matchesLock(lock, { ...installed, "node_modules/old": { version: "1.0.0" } }), false);
  });
});
