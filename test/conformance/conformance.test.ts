import assert from "node:assert/strict";
import { exchanges } from "./exchanges";
import { groups, leftOut } from "./groups";
import { exchangesOf, replay } from "./replay";

describe("the sandbox answers as the real scheduler was recorded to", () => {
  for (const group of groups) {
    it(`${group.name} (${exchangesOf(group).length} exchanges)`, async () => {
      for (const { name, recorded, answered } of await replay(group)) {
        assert.deepEqual(answered, recorded, `${name} is answered differently`);
      }
    });
  }

  it("replays every recorded exchange once, except the few that are named with a reason", () => {
    const replayed = groups.flatMap((group) => exchangesOf(group).map(({ name }) => name));
    assert.deepEqual(
      [...replayed, ...leftOut.map(({ name }) => name)].sort(),
      exchanges.map(({ name }) => name).sort(),
    );
    assert.ok(leftOut.length < 15);
    assert.ok(leftOut.every(({ reason }) => reason.length > 20));
  });
});
