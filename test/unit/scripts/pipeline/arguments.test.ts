import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackOf } from "../../../../scripts/pipeline/arguments";

describe("the stack on which a step of a pipeline runs pulumi", () => {
  const from = process.cwd();
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "heron-arguments-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: team\n");
    mkdirSync(join(folder, "stacks"));
    writeFileSync(join(folder, "stacks", "prod.yaml"), "");
    process.chdir(folder);
  });

  after(() => {
    process.chdir(from);
    rmSync(folder, { recursive: true });
  });

  it("is its argument, not the value of an option", () => {
    assert.equal(stackOf(["deploy", "prod", "--reviewed", "local"]), "prod");
    assert.equal(stackOf(["preview", "--out", "local", "prod"]), "prod");
    assert.equal(stackOf(["preview", "team/heron/prod", "--out=local"]), "team/heron/prod");
    assert.equal(stackOf(["drift", "prod"]), "prod");
  });

  it("is none where the command line only has its usage told, or what is wrong with it", () => {
    for (const args of [
      ["preview"],
      ["preview", "prod", "--help"],
      ["preview", "prod", "-h"],
      ["preview", "prod", "--reviewed", "preview"],
      ["deploy", "prod", "dev"],
      ["drift", "prdo"],
      ["nothing", "prod"],
      [],
    ])
      assert.equal(stackOf(args), undefined, args.join(" "));
  });
});
