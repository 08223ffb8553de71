import assert from "node:assert/strict";
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFile, replaceFile } from "../../../scripts/whole-file";

describe("a document that a script writes", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "whole-file-"));
    file = join(folder, "prod.yaml");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("comes in the place of the old one, which nobody has seen half written, with its mode", () => {
    writeFileSync(file, "old");
    chmodSync(file, 0o660);
    linkSync(file, join(folder, "seen"));
    replaceFile(file, "new");
    assert.equal(readFileSync(file, "utf8"), "new");
    assert.equal(readFileSync(join(folder, "seen"), "utf8"), "old");
    assert.equal(statSync(file).mode & 0o777, 0o660);
    assert.deepEqual(readdirSync(folder).sort(), ["prod.yaml", "seen"]);
  });

  it("goes where a link leads, which stays one", () => {
    mkdirSync(join(folder, "shared"));
    writeFileSync(join(folder, "shared", "prod.yaml"), "old");
    symlinkSync(join("shared", "prod.yaml"), file);
    replaceFile(file, "new");
    assert.ok(lstatSync(file).isSymbolicLink());
    assert.equal(readFileSync(join(folder, "shared", "prod.yaml"), "utf8"), "new");
    assert.deepEqual(readdirSync(join(folder, "shared")), ["prod.yaml"]);
  });

  it("is not made where there is one, and leaves nothing beside it", () => {
    createFile(file, "first");
    assert.throws(() => createFile(file, "second"), { code: "EEXIST" });
    assert.equal(readFileSync(file, "utf8"), "first");
    assert.deepEqual(readdirSync(folder), ["prod.yaml"]);
  });
});
