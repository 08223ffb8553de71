import assert from "node:assert/strict";
import { soak } from "../support/soak";

describe("ten topologies that are edited, scaled, rolled, removed and killed for five rounds", () => {
  it("end as their documents say, with a provider that needs no more memory than at first", async () => {
    const [first = 0, ...later] = await soak({ topologies: 10, rounds: 5, seed: 1, say: () => undefined });
    assert.ok(first > 0);
    assert.ok(Math.min(...later) > 0);
    assert.ok(Math.max(...later) < 1.5 * first, `MiB in each round: ${[first, ...later].join(", ")}`);
  });
});
