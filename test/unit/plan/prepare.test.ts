import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { prepareAhead, prepareTopology } from "../../../components/plan/prepare";
import { PreparedWordCount } from "../../support/prepared-word-count";

describe("a process that makes several runs, as by the automation API,", () => {
  let project: PreparedWordCount;

  beforeEach(() => {
    project = new PreparedWordCount();
  });

  afterEach(() => {
    project.dispose();
  });

  it("sees in the next one that a package has changed", async () => {
    const { file } = await project.prepare({});
    appendFileSync("wordcount.jar", "another build");
    assert.notEqual((await project.prepare({})).file.sha256, file.sha256);
  });

  it("takes what was prepared ahead once, for the run that it was prepared for", async () => {
    const { request } = await project.prepare({});
    const prepared = await prepareAhead(request);
    assert.equal(await prepareTopology(request), prepared);
    assert.notEqual(await prepareTopology(request), prepared);
  });
});
