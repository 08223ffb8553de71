import assert from "node:assert/strict";
import { scriptModule } from "../../support/script-module";

describe("the stacks that a command line names", () => {
  it("are its arguments, not the values of its options", async () => {
    const { stacksIn } = (await scriptModule("stack-environment.mjs")) as {
      stacksIn: (args: readonly string[]) => readonly string[];
    };
    assert.deepEqual(stacksIn(["deploy", "prod", "--reviewed", "local"]), ["deploy", "prod"]);
    assert.deepEqual(stacksIn(["preview", "--out", "local", "prod"]), ["preview", "prod"]);
    assert.deepEqual(stacksIn(["preview", "local", "--out=prod"]), ["preview", "local"]);
  });
});
