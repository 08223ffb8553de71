import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { AuroraError } from "../../../components/aurora/errors";
import { withRetries } from "../../../components/aurora/retry";

const passing = (message = "passing"): AuroraError =>
  new AuroraError(message, { kind: "unavailable", transient: true });

describe("withRetries", () => {
  it("repeats what failed passingly, a little later each time", async () => {
    const times: number[] = [];
    const result = await withRetries(30_000, () => {
      times.push(performance.now());
      return times.length < 4 ? Promise.reject(passing()) : Promise.resolve("done");
    });
    assert.equal(result, "done");
    assert.equal(times.length, 4);
    assert.ok(times[3]! - times[0]! > 50);
  });

  it("repeats nothing else", async () => {
    for (const error of [new AuroraError("for good", { kind: "invalid" }), new TypeError("a mistake")]) {
      let attempts = 0;
      await assert.rejects(
        withRetries(30_000, () => {
          attempts++;
          return Promise.reject(error);
        }),
        error,
      );
      assert.equal(attempts, 1);
    }
  });

  it("stops in time, with the last failure, and tells each attempt but the first what is left", async () => {
    const left: number[] = [];
    const start = performance.now();
    await assert.rejects(
      withRetries(300, (leftMs) => {
        left.push(leftMs);
        return Promise.reject(passing(`attempt ${left.length}`));
      }),
      (error) => error instanceof AuroraError && error.message === `attempt ${left.length}`,
    );
    assert.ok(performance.now() - start < 1_000);
    assert.equal(left[0], Infinity);
    assert.ok(left.length > 1 && left.slice(1).every((ms) => ms > 0 && ms < 300));
  });

  it("tries once when there is no time for more", async () => {
    let attempts = 0;
    await assert.rejects(
      withRetries(0, () => {
        attempts++;
        return Promise.reject(passing());
      }),
      AuroraError,
    );
    assert.equal(attempts, 1);
  });
});
