import assert from "node:assert/strict";
import { join } from "node:path";

import { readDocuments } from "../../../components/config/read";
import { withFiles } from "./documents";

function read(text: string): ReturnType<typeof readDocuments> {
  return withFiles({ "a.yaml": text }, (root) => readDocuments(join(root, "a.yaml"), "stacks/a.yaml"));
}

function problem(text: string): unknown {
  const [first, ...others] = read(text).problems;
  assert.deepEqual(others, []);
  return first;
}

function places(text: string): readonly unknown[] {
  return read(text).problems.map(({ path }) => path);
}

describe("readDocuments", () => {
  it("reads texts that YAML 1.1 takes for truths, dates and numbers of base 60 as texts", () => {
    assert.deepEqual(read("{a: no, b: on, c: y, d: 2024-06-01, e: '12', f: 1:30}").documents[0]?.value, {
      a: "no",
      b: "on",
      c: "y",
      d: "2024-06-01",
      e: "12",
      f: "1:30",
    });
  });

  it("reads the truths, numbers and nothings of the core schema", () => {
    assert.deepEqual(read("{a: true, b: 0x10, c: 0o17, d: 1e3, e: null, f: }").documents[0]?.value, {
      a: true,
      b: 16,
      c: 15,
      d: 1000,
      e: null,
      f: null,
    });
  });

  it("follows aliases", () => {
    assert.deepEqual(read("a: &a {x: 1}\nb: *a").documents[0]?.value, { a: { x: 1 }, b: { x: 1 } });
  });

  it("refuses a merge key, which would be a key like any other, and tells what to write instead", () => {
    assert.deepEqual(problem("a: &a {x: 1}\nconf: {client.yaml: {<<: *a}}"), {
      file: "stacks/a.yaml",
      path: 'conf["client.yaml"]["<<"]',
      message:
        "merge keys are not read: say here what it would bring in, have an alias (*) in the place of the whole map, or put what " +
        "topologies share under 'defaults' of the stack document",
    });
    assert.deepEqual(places("metadata: {<<: text}"), []);
  });

  it("refuses a text that no program can be handed, wherever it stands, and takes a character that is written in two halves", () => {
    assert.deepEqual(places('args: ["a\\0b", "\\ud83d\\ude00"]\nconfig: {a: "\\ud83d", "b\\udc00": 1}'), [
      "args[0]",
      "config.a",
      'config["b\\udc00"]',
    ]);
    assert.deepEqual(problem('class: "a\\0"'), {
      file: "stacks/a.yaml",
      path: "class",
      message: "expected text, found one with \\0 or half of a character (\\uD800 to \\uDFFF) in it: take that out",
    });
  });

  it("tells of every value that nothing can hold, in each document of the file", () => {
    assert.deepEqual(
      read("a: 9007199254740993\nb: 9007199254740994\n---\nc: &c [*c]\n").problems.map(({ file, path }) => [
        file,
        path,
      ]),
      [
        ["stacks/a.yaml (document 1)", "a"],
        ["stacks/a.yaml (document 1)", "b"],
        ["stacks/a.yaml (document 2)", "c[0]"],
      ],
    );
  });

  it("takes a file without a document for one of nothing", () => {
    assert.deepEqual(read("# later\n").documents, [{ document: "stacks/a.yaml", value: null }]);
  });

  it("tells line and column of a key given twice", () => {
    assert.deepEqual(problem("name: a\npackage: b\nname: c\n"), {
      file: "stacks/a.yaml",
      path: "line 3, column 1",
      message: "expected YAML, found an error in it: duplicated mapping key",
    });
  });

  it("tells line and column of what is no YAML", () => {
    assert.deepEqual(problem("name: a\n\tpackage: b\n"), {
      file: "stacks/a.yaml",
      path: "line 2, column 1",
      message: "expected YAML, found an error in it: tab characters must not be used in indentation",
    });
  });

  it("refuses tags that make other things than data", () => {
    assert.deepEqual(problem("name: !!js/function 'function () {}'\n"), {
      file: "stacks/a.yaml",
      path: "line 1, column 37",
      message: "expected YAML, found an error in it: unknown tag !<tag:yaml.org,2002:js/function>",
    });
  });

  it("refuses a whole number whose last digits would be lost, and tells where it is", () => {
    assert.deepEqual(problem("a:\n  - 1\n  - b: 9007199254740993\n"), {
      file: "stacks/a.yaml",
      path: "a[1].b",
      message:
        "expected a whole number between -9007199254740991 and 9007199254740991, found one whose last digits would be lost; " +
        "put it between quotes where a text will do",
    });
    assert.deepEqual(read("a: 9007199254740991\nb: '9007199254740993'\nc: 1e300").documents[0]?.value, {
      a: Number.MAX_SAFE_INTEGER,
      b: "9007199254740993",
      c: 1e300,
    });
  });

  it("refuses an alias of what it stands in, of which there would be no end", () => {
    for (const [text, path] of [
      ["conf: &conf {more: *conf}", "conf.more"],
      ["list: &list [1, [*list]]", "list[1][0]"],
    ] as const)
      assert.deepEqual(problem(text), {
        file: "stacks/a.yaml",
        path,
        message: "expected a value of its own, found an alias (*) of what it stands in",
      });
  });

  it("tells when there is no file, or a folder in its place", () => {
    withFiles({ "folder/file": "" }, (root) => {
      for (const name of ["gone.yaml", "folder", "folder/file/inside"]) {
        assert.deepEqual(readDocuments(join(root, name), name).problems, [
          { file: name, path: "(document)", message: "expected a file that can be read, found none" },
        ]);
      }
    });
  });
});
