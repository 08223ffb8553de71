import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { repoRoot } from "../support/paths";

/** Paths below the node_modules folder that a new process has loaded once it has loaded the library. */
function loaded(): readonly string[] {
  const list = "require('pulumi-heron-aurora'); console.log(Object.keys(require.cache).join('\\n'))";
  const output = execFileSync(process.execPath, ["-e", list], { cwd: repoRoot, encoding: "utf8" });
  const modules = join(repoRoot, "node_modules/");
  return output.split("\n").flatMap((file) => (file.startsWith(modules) ? [file.slice(modules.length)] : []));
}

describe("a program that loads the library", () => {
  it("has not waited for a compiler, npm's resolver or AWS's SDK, which no deployment without S3 needs", () => {
    const files = loaded();
    assert.ok(files.includes("@pulumi/pulumi/resource.js"));
    const slow = /^(@pulumi\/pulumi\/index\.js|@pulumi\/pulumi\/automation\/|@pulumi\/aws\/|typescript\/|@npmcli\/)/;
    assert.deepEqual(
      files.filter((file) => slow.test(file)),
      [],
    );
  });
});
