import assert from "node:assert/strict";
import { UserError } from "../../../components/errors";
import { refuseImpossibleSla } from "../../../components/plan/sla";
import type { HeronTopologyArgs } from "../../../components/topology-args";

const said = (args: Partial<HeronTopologyArgs>) => {
  refuseImpossibleSla({ name: "WordCount", package: "wordcount.jar", ...args });
};

describe("An SLA policy", () => {
  it("is refused in a tier of Aurora's that supports none, with the one to set", () => {
    for (const tier of [undefined, "preemptible", "revocable"]) {
      assert.throws(
        () => said({ slaPolicy: { percentage: 90 }, ...(tier && { tier }) }),
        (error) => error instanceof UserError && /^slaPolicy: the tier .*'tier: preferred'/.test(error.message),
      );
    }
  });

  it("is left to the scheduler in every other", () => {
    for (const tier of ["preferred", "own"]) said({ slaPolicy: { count: 25 }, tier, update: { slaAware: true } });
  });

  it("must be there for an update that is to keep to it", () => {
    assert.throws(() => said({ update: { slaAware: true } }), /^UserError: update\.slaAware: there is no/);
    said({ update: { slaAware: false } });
  });
});
