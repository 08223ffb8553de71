import assert from "node:assert/strict";
import type { StackDocument } from "../../../../components/config/load";
import { type OtherStack, ownEnvironment } from "../../../../scripts/new-environment/environment";

const west = { cluster: "west", role: "heron", environment: "devel" };

describe("the Aurora environment of a new stack", () => {
  const choose = (wanted: string, others: readonly object[], environmentPattern?: string) =>
    ownEnvironment(
      wanted,
      { cluster: { ...west, ...(environmentPattern && { environmentPattern }) } } as StackDocument,
      others.map((value, each): OtherStack => ({ document: `stacks/${each}.yaml`, value })),
    );

  it("is the one that is wanted where no other stack has it", () => {
    assert.equal(choose("test", [west]), "test");
  });

  it("is refused where any other stack has it, which is named, with one that is free", () => {
    assert.throws(
      () => choose("test", [west, { ...west, environment: "test" }, { ...west, environment: "staging" }]),
      /^UserError: stacks\/1\.yaml has the environment 'test' already: .*Choose another: --environment staging1\.$/,
    );
  });

  it("may be that of a stack of another cluster or role, whose job keys are others", () => {
    const others = [
      { ...west, cluster: "east", environment: "test" },
      { ...west, role: "ads", environment: "test" },
    ];
    assert.equal(choose("test", others), "test");
  });

  it("is refused where the scheduler takes none such, with one that it takes and no stack has", () => {
    assert.throws(() => choose("qa", [west]), /found 'qa'.*Choose another: --environment test\.$/);
    assert.throws(() => choose("qa", [west], "dev.*"), /found 'qa'.*--environment devel2\.$/);
    assert.throws(() => choose("qa", [west], "devel-.*"), /found 'qa'.*--environment devel-qa\.$/);
  });

  it("is left to choose where none that the scheduler takes can be guessed", () => {
    assert.throws(() => choose("qa", [west], "[0-9]+"), /found 'qa'.*Choose another: --environment\.$/);
  });

  it("takes no notice of a document that does not say its place", () => {
    assert.equal(choose("test", [{}]), "test");
  });
});
