import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../components/errors";
import { checkedRuntimeConfig, readDefinition, runtimeConfig } from "../../../components/heron/definition";
import { pack, packingPlanToProto } from "../../../components/heron/packing";
import type { TopologyState } from "../../../components/heron/state";
import { missingRuntimeConfig, observedRuntimeConfig } from "../../../components/job/runtime-config";
import { describeRuntimeConfig } from "../../../components/job/runtime-config-change";
import { physicalPlan } from "../../../examples/core/src/physical-plan";
import { withRuntimeConfig } from "../../../examples/core/src/runtime-config";
import { repoRoot } from "../../support/paths";

const file = join(repoRoot, "examples/wordcount/wordcount.defn");
const topology = readDefinition(readFileSync(file), file);
const plan = packingPlanToProto(pack("RoundRobinPacking", topology));
const wanted = { "topology.debug": "true", "words:rate": "5", "count:rate": "6" };

/** The state tree of a topology that runs with this configuration. */
function tree(values: Readonly<Record<string, string>>): TopologyState {
  const running = withRuntimeConfig(topology, new Map(Object.entries(values)));
  const nodes = { topology, plan, physicalPlan: physicalPlan(running, plan, new Map()) };
  return { ...nodes, executionState: undefined, scheduler: undefined, tmanager: undefined };
}

describe("runtime config", () => {
  it("is found where a TManager keeps it, of the topology and of each component", () => {
    assert.deepEqual(Object.fromEntries(runtimeConfig(topology)), {});
    const { physicalPlan: running } = tree(wanted);
    assert.ok(running?.topology);
    assert.deepEqual(Object.fromEntries(runtimeConfig(running.topology)), wanted);
    assert.ok(running.topology.topologyConfig?.kvs.some(({ key }) => key === "topology.debug:runtime"));
  });

  it("lacks what the physical plan does not say, and cannot be told before there is one of the packing plan", () => {
    assert.deepEqual(missingRuntimeConfig(tree(wanted), wanted), {});
    assert.deepEqual(missingRuntimeConfig(tree({ ...wanted, "words:rate": "7" }), wanted), { "words:rate": "5" });
    assert.deepEqual(missingRuntimeConfig(tree({ other: "1" }), wanted), wanted);
    assert.equal(missingRuntimeConfig({ ...tree(wanted), physicalPlan: undefined }, wanted), undefined);
    const fewer = { ...plan, containerPlans: plan.containerPlans.slice(1) };
    assert.equal(missingRuntimeConfig({ ...tree(wanted), plan: fewer }, wanted), undefined);
  });

  it("is recorded as it is found, and as it was where that cannot be told", () => {
    assert.deepEqual(observedRuntimeConfig(tree(wanted), wanted), wanted);
    assert.deepEqual(observedRuntimeConfig(tree({ ...wanted, "words:rate": "7" }), wanted), {
      ...wanted,
      "words:rate": "7",
    });
    assert.deepEqual(observedRuntimeConfig(tree({ "words:rate": "5" }), wanted), { "words:rate": "5" });
    assert.deepEqual(observedRuntimeConfig({ ...tree({}), physicalPlan: undefined }, wanted), wanted);
  });

  it("is told with what changes, and what Heron cannot take back", () => {
    const of = (runtimeConfig: Readonly<Record<string, string>>) => ({ runtimeConfig }) as never;
    assert.equal(describeRuntimeConfig(of(wanted), of(wanted)), undefined);
    assert.equal(describeRuntimeConfig({}, of({ a: "1", "words:b": "2" })), "runtime config a = 1, words:b = 2");
    assert.equal(
      describeRuntimeConfig(of({ a: "1", b: "2" }), of({ a: "3" })),
      "runtime config a = 3, b left as set until the containers are packed anew",
    );
  });

  it("is refused where Heron would not take it", () => {
    assert.deepEqual(checkedRuntimeConfig(topology, { "topology.debug": true, "words:rate": 5 }), {
      "topology.debug": "true",
      "words:rate": "5",
    });
    for (const [values, expected] of [
      [{ "wrods:rate": 5 }, "It has words, count"],
      [{ "a:b:c": 5 }, "[component:]key"],
      [{ a: "two words" }, "letters, digits"],
      [{ a: "" }, "letters, digits"],
      [{ a: "x:y" }, "letters, digits"],
    ] as const) {
      assert.throws(
        () => checkedRuntimeConfig(topology, values),
        (error) => error instanceof UserError && error.message.includes(expected),
        JSON.stringify(values),
      );
    }
  });
});
