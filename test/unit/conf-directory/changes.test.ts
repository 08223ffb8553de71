import assert from "node:assert/strict";
import { describeFiles } from "../../../components/conf-directory/changes";

const texts = (files: Readonly<Record<string, string>>) => new Map(Object.entries(files));

describe("what a preview says of a written conf dir", () => {
  it("is each file that is new, changed or gone, and of a YAML file the keys that change", () => {
    const before = texts({ "a.yaml": "one: 1\ntwo: 2\n", "b.yaml": "# old\nkey: 1\n", "heron.aurora": "x", gone: "" });
    const after = texts({
      "a.yaml": "one: 1\ntwo: 3\nthree: 4\n",
      "b.yaml": "# new\nkey: 1\n",
      "heron.aurora": "y",
      fresh: "",
    });
    assert.equal(describeFiles(before, after), "a.yaml: two, three; b.yaml: comments; heron.aurora; + fresh; - gone");
  });

  it("quotes nothing of a file that somebody has made no YAML of: there may be keys in it", () => {
    const broken = texts({ "a.yaml": 'secret_key: "sesame"\nb = c: d: e\n', "b.yaml": "a: 1\na: 2\n" });
    const after = texts({ "a.yaml": "b: 1\n", "b.yaml": "a: 1\n" });
    assert.equal(describeFiles(broken, after), "a.yaml: is no YAML any more; b.yaml: is no YAML any more");
  });

  it("is nothing where nothing changes", () => {
    assert.equal(describeFiles(texts({ a: "1" }), texts({ a: "1" })), undefined);
  });

  it("is their number where none is there yet", () => {
    assert.equal(describeFiles(texts({}), texts({ a: "1", b: "2" })), "write 2 files");
  });
});
