import assert from "node:assert/strict";
import { changeLines, messages, type Preview, registeredResources } from "../../../../scripts/pipeline/preview-steps";

const type = "pulumi-nodejs:dynamic/heron:AuroraJob";
const urn = (name: string) => `urn:pulumi:prod::team::heron:index:HeronTopology$${type}::${name}`;

function step(op: string, name: string, inputs?: object): NonNullable<Preview["steps"]>[number] {
  return {
    op,
    urn: urn(name),
    ...(inputs && { newState: { urn: urn(name), type, inputs: { ...inputs } } }),
  };
}

const preview: Preview = {
  steps: [
    step("refresh", "Words", { containers: 3 }),
    step("refresh", "Gone", { containers: 3 }),
    step("refresh", "Still", { containers: 3 }),
    step("update", "Words", { containers: 4, change: "scale out 3 → 4 containers" }),
    step("same", "Still", { containers: 3 }),
    step("create-replacement", "Other", { containers: 2 }),
    step("replace", "Other", { containers: 2 }),
    step("delete", "Gone"),
  ],
};

describe("the steps of a preview that refreshes first", () => {
  it("tell each resource that the stack will hold once, as it will be", () => {
    assert.deepEqual(
      registeredResources(preview).map(({ name, props }) => [name, props.containers]),
      [
        ["Words", 4],
        ["Still", 3],
        ["Other", 2],
      ],
    );
  });

  it("tell what changes, and that nothing does where it only looked", () => {
    assert.deepEqual(changeLines(preview), [
      "update AuroraJob Words: scale out 3 → 4 containers",
      "create-replacement AuroraJob Other",
      "replace AuroraJob Other",
      "delete AuroraJob Gone",
    ]);
    assert.deepEqual(changeLines({ steps: [step("refresh", "Still", {}), step("same", "Still", {})] }), []);
  });

  it("tell of a job that waits for other resources that it is not known yet", () => {
    const placeholder = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    assert.deepEqual(changeLines({ steps: [step("create", "Words", { change: placeholder, job: placeholder })] }), [
      "create AuroraJob Words: known only once other resources are made",
    ]);
  });

  it("tell what was complained of, once each, and errors apart from warnings", () => {
    const diagnostics = ["warning: a\n", "error: b\n", "warning: a\n", "warning: c\n"].map((message) => ({
      severity: message.split(":")[0] ?? "",
      message,
    }));
    assert.deepEqual(messages({ diagnostics }, "warning"), ["warning: a", "warning: c"]);
    assert.deepEqual(messages({ diagnostics }, "error"), ["error: b"]);
    assert.deepEqual(messages({}, "error"), []);
  });
});
