import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { repoRoot } from "../../../support/paths";

/** Ends, when it is asked to, only after a while and with words, as the engine does. */
const slowToEnd = `#!${process.execPath}
let asked = 0;
process.on("SIGINT", () => {
  asked++;
  console.log("ending the operation");
  setTimeout(() => {
    require("node:fs").writeFileSync(process.env.ENDED, String(asked));
    console.log("ended");
    process.exit(255);
  }, 300);
});
console.log("at work");
setInterval(() => {}, 1000);
`;

describe("the pipeline's pulumi", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pipeline-pulumi-"));
    writeFileSync(join(folder, "pulumi"), slowToEnd);
    chmodSync(join(folder, "pulumi"), 0o755);
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`is asked once to stop, and waited for, when the step is told to by ${signal} to its whole group`, async () => {
      const ended = join(folder, signal);
      const main = join(repoRoot, "bin/scripts/pipeline/pulumi.js");
      const step = spawn(
        process.execPath,
        ["-e", `require(${JSON.stringify(main)}).pulumi(["up"]).then(({ code }) => console.log("code " + code))`],
        {
          env: { ...process.env, PATH: [folder, process.env.PATH].join(delimiter), ENDED: ended },
          stdio: ["ignore", "pipe", "inherit"],
          detached: true,
        },
      );
      let output = "";
      step.stdout.setEncoding("utf8").on("data", (text: string) => {
        if (text.includes("at work")) process.kill(-(step.pid ?? 0), signal);
        output += text;
      });
      await new Promise((resolve) => step.on("close", resolve));
      assert.equal(output, "at work\nending the operation\nended\ncode 255\n");
      assert.equal(readFileSync(ended, "utf8"), "1");
    });
  }
});
