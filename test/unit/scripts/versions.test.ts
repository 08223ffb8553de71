import assert from "node:assert/strict";
import fc from "fast-check";
import { scriptModule } from "../../support/script-module";

interface Versions {
  parseVersion(text: string): number[] | undefined;
  atLeast(version: number[], minimum: number[]): boolean;
}

describe("versions", () => {
  let versions: Versions;

  before(async () => {
    versions = (await scriptModule("versions.mjs")) as Versions;
  });

  it("are found in what the tools print", () => {
    assert.deepEqual(versions.parseVersion("v3.250.0"), [3, 250, 0]);
    assert.deepEqual(versions.parseVersion("go version go1.26.8 linux/amd64"), [1, 26, 8]);
    assert.deepEqual(versions.parseVersion('openjdk version "17.0.15" 2025-04-15'), [17, 0, 15]);
    assert.deepEqual(versions.parseVersion("javac 21"), [21]);
    assert.deepEqual(versions.parseVersion("\u001b[1mApache Maven 3.8.7\u001b[m"), [3, 8, 7]);
    assert.equal(versions.parseVersion("command not found"), undefined);
  });

  it("compare as numbers, place by place", () => {
    assert.equal(versions.atLeast([3, 250, 0], [3, 200]), true);
    assert.equal(versions.atLeast([3, 99, 9], [3, 200]), false);
    assert.equal(versions.atLeast([4], [3, 200]), true);
    assert.equal(versions.atLeast([3, 200], [3, 200, 0]), true);
    assert.equal(versions.atLeast([3], [3, 0, 1]), false);
  });

  it("are in a total order", () => {
    const version = fc.array(fc.nat(20), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        assert.ok(versions.atLeast(a, b) || versions.atLeast(b, a));
        if (versions.atLeast(a, b) && versions.atLeast(b, c)) assert.ok(versions.atLeast(a, c));
      }),
    );
  });
});
