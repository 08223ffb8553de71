import assert from "node:assert/strict";
import { failureOf } from "../../../../components/heron/emission/failure";

describe("A main that could not be started", () => {
  const request = {
    package: "/a/words.so",
    class: "emit",
    args: [],
    jvmProperties: {},
    cluster: "west",
    role: "heron",
    environment: "devel",
    submitUser: "heron",
    topologyName: "Words",
    timeoutMs: 1000,
  };
  const found = (notStarted: string) =>
    failureOf({ code: null, signal: null, timedOut: false, said: "", notStarted }, request);

  it("is told of where its arguments stand when they are too long, with what to do", () => {
    const { path, message } = found("E2BIG") ?? {};
    assert.deepEqual(path, ["args"]);
    assert.match(
      message ?? "",
      /^the main of emit could not be started \(E2BIG\)\. .*shorten 'args', or give it the name of a file/,
    );
  });

  it("is told of where it is named when it is no executable", () => {
    const { path, message } = found("EACCES") ?? {};
    assert.deepEqual(path, ["class"]);
    assert.match(message ?? "", /Make the program executable/);
  });

  it("is told of as the package's for any other reason", () => {
    assert.deepEqual(found("EIO"), { path: ["package"], message: "the main of emit could not be started (EIO)." });
  });
});
