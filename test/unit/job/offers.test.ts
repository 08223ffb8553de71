import assert from "node:assert/strict";
import { mock } from "node:test";
import type { AuroraClient } from "../../../components/aurora/client";
import type { AuroraJobInputs } from "../../../components/job/inputs";
import { beginPlacing, forgetPlacements, placementRefusal } from "../../../components/job/offers";
import { wordCountInputs } from "./word-count";

const inputs: AuroraJobInputs = {
  ...wordCountInputs,
  instances: 2,
  resources: { cpu: 2, ramMb: 1024, diskMb: 2048 },
  payload: "a".repeat(64),
};
const topology = (name: string, cluster = "west"): AuroraJobInputs => ({
  ...inputs,
  jobKey: `${cluster}/heron/prod/${name}`,
});

describe("topologies of one run that are to have what hosts offer", () => {
  /** A scheduler of one host with room for three containers and their executors, on which nothing runs. */
  const aurora = {
    tasks: () => Promise.resolve([]),
    offers: () => {
      // Whoever waits for other offers does so by then.
      setImmediate(() => mock.timers.tick(7_000));
      return Promise.resolve([
        { hostname: "one", free: { numCpus: 7, ramMb: 64 * 1024, diskMb: 64 * 1024, numGpus: 0 }, dedicated: [] },
      ]);
    },
  } as unknown as AuroraClient;
  const refusal = (job: AuroraJobInputs) => placementRefusal(job, aurora);

  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => {
    mock.timers.reset();
    forgetPlacements();
  });

  it("have it in turn: what does not fit beside those before it is refused, with the words for it", async () => {
    assert.equal(await refusal(topology("One")), undefined);
    assert.match(
      (await refusal(topology("Two"))) ?? "",
      /Two is to have 2 more containers .*, and 1 of them would stay pending: .* once another topology of this run /,
    );
    assert.equal(await refusal(topology("One")), undefined, "as often as it is checked");
    assert.equal(await refusal({ ...topology("Three"), instances: 1 }), undefined, "what is refused takes nothing");
    assert.match((await refusal(topology("Two"))) ?? "", /once 2 other topologies of this run /);
  });

  it("are not in the way of others once the scheduler places them, nor of those of another cluster or run", async () => {
    assert.equal(await refusal(topology("One")), undefined);
    assert.equal(await refusal(topology("Two", "east")), undefined);
    beginPlacing(topology("One").jobKey);
    assert.equal(await refusal(topology("Two")), undefined);
    assert.notEqual(await refusal(topology("One")), undefined);
    forgetPlacements();
    assert.equal(await refusal(topology("One")), undefined);
  });
});
