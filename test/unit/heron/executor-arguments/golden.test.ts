import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { executorArguments, quotedText, stockText } from "../../../../components/heron/executor-arguments";
import { recordedSettings, recordedWith, submission } from "../../../support/submission";

const names = recordedWith("definition.defn").filter(
  (name) => recordedWith("submit.json").includes(name) && (submission(name).topology_arguments ?? "") !== "",
);

describe("executor arguments", () => {
  it("are compared for every recorded submission", () => {
    assert.equal(names.length, recordedWith("job-configuration.json").length);
  });

  for (const name of names) {
    it(`of ${name} equal those of Heron's submitter, in its order and encodings`, () => {
      assert.equal(stockText(executorArguments(recordedSettings(name))), submission(name).topology_arguments);
    });

    it(`of ${name} reach the executor unchanged when quoted for a shell`, () => {
      const args = executorArguments(recordedSettings(name));
      const received = execFileSync("sh", ["-c", `printf '%s\\n' ${quotedText(args)}`], { encoding: "utf8" });
      assert.deepEqual(
        received.trimEnd().split("\n"),
        args.map(({ flag, value }) => `--${flag}=${value}`),
      );
    });
  }

  it("name the jar of a tar as Heron does, which takes every such ending out of the name", () => {
    const settings = recordedSettings(names[0] ?? assert.fail("nothing is recorded"));
    for (const [topologyFile, jar] of [
      ["words.tar", "words.jar"],
      ["words.tar.gz", "words.jar"],
      ["words.tar.2.tar", "words.2.jar"],
      ["words.tar.gz.2.tar.gz", "words.2.jar"],
    ] as const)
      assert.ok(
        stockText(executorArguments({ ...settings, topologyFile })).includes(` --classpath=libs/*:${jar} `),
        topologyFile,
      );
  });

  it("have the JVMs log their garbage collections by a flag that stands alone, where Heron's submitter has it", () => {
    const settings = recordedSettings(names[0] ?? assert.fail("nothing is recorded"));
    const args = stockText(executorArguments({ ...settings, verboseGc: true }));
    assert.match(args, / --heron-java-home=\S+ --verbose-gc --heron-shell-binary=/);
    assert.equal(args.replace(" --verbose-gc", ""), stockText(executorArguments(settings)));
  });
});
