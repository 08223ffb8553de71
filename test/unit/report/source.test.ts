import assert from "node:assert/strict";
import { UserError } from "../../../components/errors";
import { buildReport } from "../../../scripts/report/build";
import { jobsOf } from "../../../scripts/report/jobs";
import { nameOf, readPreview, readState } from "../../../scripts/report/source";

const type = "pulumi-nodejs:dynamic/heron:AuroraJob";
const urn = `urn:pulumi:prod::shop::heron:index:HeronTopology$${type}::Words::odd`;
const state = (instances: number, change = "submit") => ({
  urn,
  type,
  inputs: { jobKey: "west/heron/prod/Words", change, job: { instances } },
});
const preview = (steps: readonly object[], more: object = {}) => JSON.stringify({ steps, ...more });

describe("what Pulumi tells of a preview or a state", () => {
  it("is read as resources with their inputs before and after", () => {
    const source = readPreview(preview([{ op: "update", urn, oldState: state(3), newState: state(4) }]), "p.json");
    const [job, ...more] = jobsOf(source);
    assert.deepEqual(more, []);
    assert.equal(source.stack, "shop/prod");
    assert.equal(job?.operation, "update");
    assert.equal(job.before?.inputs.instances, 3);
    assert.equal(job.after?.inputs.instances, 4);
    assert.equal(nameOf(urn), "Words::odd");
  });

  it("takes the steps of one replacement for one change", () => {
    const steps = [
      { op: "delete-replaced", urn, oldState: state(3) },
      { op: "replace", urn, oldState: state(3), newState: state(5) },
      { op: "create-replacement", urn, newState: state(5) },
    ];
    const { resources } = readPreview(preview(steps), "p.json");
    assert.equal(resources.length, 1);
    assert.equal(resources[0]?.operation, "replace");
    assert.ok(resources[0].before && resources[0].after);
  });

  it("tells that a preview failed, and how many unchanged resources it leaves out", () => {
    const text = preview([{ op: "same", urn, oldState: state(3), newState: state(3) }], {
      changeSummary: { same: 6 },
      diagnostics: [{ severity: "error", message: "no" }],
    });
    const { incomplete, unlisted } = readPreview(text, "p.json");
    assert.deepEqual({ incomplete, unlisted }, { incomplete: true, unlisted: 5 });
  });

  it("tells of a deletion whether what is deleted stays as it is", () => {
    const steps = [{ op: "delete", urn, oldState: { ...state(3), retainOnDelete: true } }];
    assert.equal(jobsOf(readPreview(preview(steps), "p.json"))[0]?.retained, true);
    const gone = [{ op: "delete", urn, oldState: state(3) }];
    assert.equal(jobsOf(readPreview(preview(gone), "p.json"))[0]?.retained, undefined);
  });

  it("leaves out of a state what is only still to be deleted", () => {
    const resources = [state(3), { ...state(2), urn: urn.replace("Words", "Old"), delete: true }];
    const read = readState(JSON.stringify({ version: 3, deployment: { resources } }), "s.json");
    assert.deepEqual(
      read.resources.map(({ urn: each, operation }) => [each, operation]),
      [[urn, "same"]],
    );
  });

  it("keeps a job whose inputs wait for a resource that is yet to be made, without numbers", () => {
    const waiting = { urn, type, inputs: { jobKey: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", job: "04da6b54" } };
    const source = readPreview(preview([{ op: "update", urn, oldState: state(3), newState: waiting }]), "p.json");
    const [topology] = buildReport(source, jobsOf(source)).topologies;
    assert.equal(topology?.name, "Words");
    assert.equal(topology.after, undefined);
    assert.match(topology.change.words, /known only once other resources are made/);
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ["no JSON", "Previewing update (prod)", /p\.json is no JSON/],
    ["a list", "[]", /no JSON object/],
    ["another object", "{}", /not what 'pulumi preview --json' prints/],
    ["a step without a type", preview([{ op: "create", urn, newState: {} }]), /without URN or type/],
  ];
  for (const [what, text, message] of wrong)
    it(`refuses ${what}, naming the file`, () => {
      assert.throws(
        () => readPreview(text, "p.json"),
        (error) => error instanceof UserError && message.test(error.message),
      );
    });

  it("refuses a state that is a preview", () => {
    assert.throws(() => readState(preview([]), "s.json"), /s\.json is not what 'pulumi stack export' prints/);
  });
});
