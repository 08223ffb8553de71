import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { changedCredentials } from "../../../../components/errors";
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

/** Is refused, having begun what it is told, unless it runs the program. */
const refused = `#!${process.execPath}
console.log(process.env.BEGUN);
if (process.env.PULUMI_RUN_PROGRAM === "true") process.exit(0);
console.log(process.env.WHY);
process.exit(255);
`;

describe("a step of the pipeline that refreshes", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pipeline-refused-"));
    writeFileSync(join(folder, "pulumi"), refused);
    chmodSync(join(folder, "pulumi"), 0o755);
  });
  after(() => rmSync(folder, { recursive: true }));

  const run = (env: NodeJS.ProcessEnv) => {
    const main = join(repoRoot, "bin/scripts/pipeline/pulumi.js");
    const { stdout } = spawnSync(process.execPath, ["-e", `void require(${JSON.stringify(main)}).refreshing(["up"])`], {
      env: { ...process.env, PATH: [folder, process.env.PATH].join(delimiter), WHY: changedCredentials, ...env },
      encoding: "utf8",
    });
    return stdout.trimEnd().split("\n");
  };
  const refreshed = " ~  heron:AuroraJob WordCount **refreshing failed** error";
  const updated = " ~  heron:AuroraJob WordCount updating (0s)";

  it("is run once more, with the program, where the credentials of the last up are refused", () => {
    assert.deepEqual(run({ BEGUN: refreshed }), [refreshed, changedCredentials, refreshed]);
  });

  it("is run once where it has begun to change something, fails for another reason, or runs the program at once", () => {
    assert.deepEqual(run({ BEGUN: updated }), [updated, changedCredentials]);
    assert.deepEqual(run({ BEGUN: refreshed, WHY: "no leader" }), [refreshed, "no leader"]);
    assert.deepEqual(run({ BEGUN: refreshed, PULUMI_RUN_PROGRAM: "true" }), [refreshed]);
  });
});
