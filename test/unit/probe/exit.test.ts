import assert from "node:assert/strict";
import { explainExit } from "../../../components/probe/exit";

describe("what a fetching command ended with", () => {
  it("is explained where its code is known, whichever words the executor uses", () => {
    assert.match(explainExit("Process fetch_heron_system exited 22"), /403/);
    assert.match(explainExit("fetch_heron_system failed with exit code: 127"), /not installed/);
    assert.match(explainExit("exit status 65"), /sha256/);
  });

  it("is left alone where it is not", () => {
    assert.equal(explainExit("Process fetch_heron_system exited 99"), ".");
    assert.equal(explainExit("lost on host 22"), ".");
    assert.equal(explainExit(undefined), ".");
  });
});
