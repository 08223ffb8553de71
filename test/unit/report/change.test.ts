import assert from "node:assert/strict";
import fc from "fast-check";
import { describeChange } from "../../../components/job/changes";
import type { AuroraJobInputs } from "../../../components/job/inputs";
import { change, changeOf } from "../../../scripts/report/change";
import { job, reportOf, sideOf } from "./fixtures";

const optional = (value: fc.Arbitrary<unknown>) => fc.option(value, { nil: undefined });

const inputs = fc.record({
  jobKey: fc.constantFrom("west/heron/prod/a", "west/heron/prod/b"),
  instances: fc.integer({ min: 1, max: 5 }),
  state: fc.constantFrom("running", "deactivated"),
  restart: fc.constantFrom("1", "2"),
  taskHash: fc.constantFrom("t1", "t2"),
  treeHash: fc.constantFrom("r1", "r2"),
  corePackage: fc.constantFrom("c1", "c2"),
  packing: fc.constantFrom("RoundRobinPacking", "FirstFitDecreasingPacking"),
  parallelism: fc.record({ count: fc.integer({ min: 1, max: 3 }) }),
  stateful: optional(fc.constant(true)),
  adopt: optional(fc.constant(true)),
  scaling: optional(fc.constant("outside")),
  submitter: optional(fc.constant("heron-cli")),
  trouble: optional(
    fc.constantFrom({ "2": "THROTTLED" }, { "0": "gone: the update that was replacing it was aborted" }),
  ),
  restartContainers: optional(fc.record({ trigger: fc.constantFrom("1", "2"), containers: fc.constant([0, 2]) })),
}) as unknown as fc.Arbitrary<AuroraJobInputs>;

describe("how much care a change needs", () => {
  it("is known for all words that a job has for its changes", () => {
    fc.assert(
      fc.property(fc.option(inputs, { nil: undefined }), inputs, (olds, news) => {
        const words = describeChange(olds, news);
        if (words !== undefined) assert.ok(!changeOf(words).kinds.includes("change"), words);
      }),
      { numRuns: 5_000 },
    );
  });

  const words: readonly (readonly [string, string, readonly string[]])[] = [
    ["submit 3 containers", "calm", ["submit"]],
    ["scale out 3 → 4 containers", "calm", ["scale out"]],
    ["heron update: count 2, 5 → 3 containers", "caution", ["scale in"]],
    ["heron update: count 4, 3 → 5 containers", "calm", ["scale out"]],
    ["heron update: count 4, still 3 containers", "calm", ["in place"]],
    ["kill of what no packing plan names, 5 → 3 containers", "caution", ["scale in"]],
    ["kill of container 3, 4, which no packing plan names", "caution", ["scale in"]],
    ["bring back container 2", "calm", ["scale out"]],
    ["scale in 4 → 3 containers; deactivate", "caution", ["scale in", "deactivate"]],
    [
      "rolling restart of 3 containers, 1 at a time (core package); scale out 2 → 3 containers",
      "caution",
      ["roll", "scale out"],
    ],
    ["rolling restart of 3 containers, 1 at a time (restart asked)", "caution", ["restart"]],
    ["replace: kill a/b/c/d, submit 3 containers", "danger", ["replace"]],
    ["new packing plan in place", "calm", ["in place"]],
    ["restart of container 0, 2; wait for container 3", "caution", ["restart", "in place"]],
    ["kill and submit again (heron has no rolling update): core package", "danger", ["replace"]],
    ["scale to 3 containers, as the document says again", "caution", ["scale in"]],
    ["what a later version says", "caution", ["change"]],
  ];
  for (const [text, care, kinds] of words)
    it(`is '${care}' for '${text}'`, () => {
      assert.deepEqual(changeOf(text), { kinds, care, words: text });
    });

  it("is 'danger' for a kill and nothing for what stays", () => {
    assert.equal(change(["kill"], "kill 3 containers").care, "danger");
    assert.equal(change(["unchanged"], "unchanged").care, "none");
  });
});

describe("a topology's change in a report", () => {
  const changeIn = (...args: Parameters<typeof job>) => reportOf([job(...args)]).topologies[0]?.change;

  it("is told in the job's own words", () => {
    const after = sideOf({
      inputs: { taskHash: "2", change: "rolling restart of 3 containers, 2 at a time (core package)" },
    });
    assert.equal(changeIn("update", { before: sideOf(), after })?.words, after.inputs.change);
  });

  it("is a kill of its containers where the job goes", () => {
    assert.deepEqual(changeIn("delete", { before: sideOf() }), {
      kinds: ["kill"],
      care: "danger",
      words: "kill 3 containers",
    });
  });

  it("is one of leaving its containers alone where the job is only let go", () => {
    const [topology] = reportOf([{ ...job("delete", { before: sideOf() }), retained: true }]).topologies;
    assert.deepEqual(topology?.change, {
      kinds: ["leave"],
      care: "caution",
      words: "leave 3 containers running, which no stack looks after any more (retainOnDelete)",
    });
  });

  it("is no change of what runs where only the way of working differs, whatever was said the last time", () => {
    const said = { change: "submit 3 containers" };
    const found = changeIn("update", {
      before: sideOf({ inputs: said }),
      after: sideOf({ inputs: { ...said, timeouts: { create: 5 } } }),
    });
    assert.deepEqual(found?.kinds, ["in place"]);
    assert.match(found.words, /nothing that runs is touched/);
  });

  it("is a replacement by the engine's word alone", () => {
    assert.equal(changeIn("replace", { before: sideOf(), after: sideOf() })?.care, "danger");
  });
});
