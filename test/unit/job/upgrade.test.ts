import assert from "node:assert/strict";
import { inputShape } from "../../support/input-shape";
import { shapeOf, upgradeFixtures } from "../../support/upgrade-fixture";

describe("the inputs that the engine keeps", () => {
  it("have the shape of the newest fixture of the upgrade tests", () => {
    const newest = upgradeFixtures().at(-1);
    assert.ok(newest !== undefined);
    assert.equal(
      inputShape(),
      shapeOf(newest),
      "the inputs have changed: add a fixture, as test/golden/upgrade/README.md says",
    );
  });
});
