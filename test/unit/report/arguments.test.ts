import assert from "node:assert/strict";
import { UserError } from "../../../components/errors";
import { parseRequest, stackOf } from "../../../scripts/report/arguments";

describe("the report's command line", () => {
  it("runs a preview and writes Markdown unless told otherwise", () => {
    assert.deepEqual(parseRequest(["prod"]), {
      stack: "prod",
      source: { run: "preview" },
      format: "markdown",
      quota: false,
    });
  });

  it("takes a source, a format, a file to write and the wish to ask for the quota", () => {
    assert.deepEqual(parseRequest(["prod", "--state", "s.json", "--format", "html", "--out", "r.html", "--quota"]), {
      stack: "prod",
      source: { file: "s.json", holds: "deployed" },
      format: "html",
      out: "r.html",
      quota: true,
    });
    assert.deepEqual(parseRequest(["prod", "--preview", "p.json"]).source, { file: "p.json", holds: "preview" });
    assert.deepEqual(parseRequest(["prod", "--deployed"]).source, { run: "deployed" });
  });

  it("names a stack to run pulumi on only where it is understood and no file is given", () => {
    assert.equal(stackOf(["--format", "html", "prod", "--out", "local"]), "prod");
    assert.equal(stackOf(["prod", "--deployed"]), "prod");
    for (const args of [["prod", "--preview", "p.json"], ["prod", "--state=s"], ["prod", "-h"], ["prod", "--nope"], []])
      assert.equal(stackOf(args), undefined, args.join(" "));
  });

  const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["no stack", [], /Name one stack/],
    ["two stacks", ["a", "b"], /Name one stack/],
    ["two sources", ["a", "--deployed", "--preview", "p"], /one of --preview, --state and --deployed/],
    ["an unknown format", ["a", "--format", "pdf"], /no format 'pdf'/],
    ["an unknown option", ["a", "--secret"], /--secret/],
  ];
  for (const [what, args, message] of mistakes)
    it(`refuses ${what} and shows how it is used`, () => {
      assert.throws(
        () => parseRequest(args),
        (error) =>
          error instanceof UserError && message.test(error.message) && error.message.includes("npm run report"),
      );
    });
});
