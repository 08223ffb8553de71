import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { commandLine, quote } from "../../components/shell";

/** What each argument of `line`, appended to a program that prints its arguments, arrives as in a real `sh`. */
function arrived(line: string, cwd: string): string[] {
  const script = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";
  const text = execFileSync("sh", ["-c", `"$NODE" -e ${quote(script)} -- ${line}`], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, NODE: process.execPath },
  });
  return JSON.parse(text) as string[];
}

/** Texts that mean something to a shell, to Thermos or to mustache, and any other. */
const hostile = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc
      .array(
        fc.constantFrom(
          ...["'", '"', "\\", "$(touch hacked)", "`touch hacked`", ";touch hacked;", "\n", " ", "{{", "}}", "{", "}"],
          ...[
            "{{mesos.instance}}",
            "%",
            "*",
            "?",
            "[a]",
            "~",
            "#",
            "!",
            "&",
            "|",
            "<",
            ">",
            "$HOME",
            "${IFS}",
            "-",
            "=",
            "é",
            "\t",
            "\r",
          ],
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join("")),
  )
  .filter((text) => !text.includes("\0"));

describe("shell quoting", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "shell-"));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("brings hostile arguments through a real sh unchanged, and runs nothing that is in them", () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 40 }), (args) => {
        assert.deepEqual(arrived(commandLine(args), folder), args);
        assert.ok(!existsSync(join(folder, "hacked")));
      }),
      { numRuns: 15 },
    );
  });

  it("never puts two braces side by side, which Thermos would fill", () => {
    fc.assert(fc.property(hostile, (text) => !/\{\{|\}\}/.test(quote(text))));
  });

  it("leaves plain words as they are, for people to read", () => {
    assert.equal(
      commandLine(["cp", "/mnt/heron/a-1.tar.gz", "heron-core.tar.gz"]),
      "cp /mnt/heron/a-1.tar.gz heron-core.tar.gz",
    );
  });

  it("refuses a NUL, which no argument can hold", () => {
    assert.throws(() => quote("a\0b"), RangeError);
  });
});
