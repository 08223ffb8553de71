import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  killArguments,
  restartArguments,
  runtimeConfigArguments,
  scalingArguments,
  stateArguments,
  submitArguments,
} from "../../../../components/heron/cli";
import { parse } from "../../../stand-ins/heron/parser";
import { repoRoot } from "../../../support/paths";

describe("command lines of the heron CLI", () => {
  const target = {
    job: { cluster: "aurora", role: "ada", environment: "devel", name: "L-upd" },
    configPath: "/conf",
  };
  const place = ["aurora/ada/devel", "--config-path", "/conf"];
  const submission = {
    package: "topo/golden-topologies.jar",
    class: "golden.Topologies",
    args: ["L-upd", "wc2"],
    state: "running",
    jvmProperties: {},
    heronConfig: {},
  } as const;

  it("submits with the options before the package, whose main gets all that follows its class", () => {
    const plain = submitArguments(target, submission);
    assert.deepEqual(plain, ["submit", ...place, submission.package, submission.class, "L-upd", "wc2"]);
    const full = submitArguments(target, {
      ...submission,
      state: "deactivated",
      jvmProperties: { mode: "a=b c" },
      heronConfig: { "heron.b": true, "heron.a": 7 },
      verboseGc: true,
    });
    assert.deepEqual(parse(full), {
      command: "submit",
      positionals: ["aurora/ada/devel", submission.package, submission.class, "L-upd", "wc2"],
      options: {
        "--config-path": ["/conf"],
        "--deploy-deactivated": ["True"],
        "--verbose_gc": ["True"],
        "--config-property": ["heron.a=7", "heron.b=true"],
        "--topology-main-jvm-property": ["mode=a=b c"],
      },
    });
  });

  it("are read as the real CLI was given them in every recording", () => {
    const golden = join(repoRoot, "test/golden/heron");
    const submissions = readdirSync(golden)
      .map((name) => join(golden, name, "submit.json"))
      .filter((file) => existsSync(file))
      .map((file) => JSON.parse(readFileSync(file, "utf8")) as { readonly cli: readonly string[] });
    assert.ok(submissions.length > 20);
    for (const { cli: command } of submissions) {
      const { positionals } = parse(command.slice(1));
      assert.deepEqual(
        positionals,
        command.slice(command.findIndex((word) => word.startsWith("aurora/ada/"))),
        command.join(" "),
      );
    }
  });

  it("tells the release by the conf dir's own file where that marks the submission", () => {
    const { options } = parse(submitArguments(target, { ...submission, ownRelease: true }));
    assert.deepEqual(options["--release-yaml-file"], ["/conf/aurora/release.yaml"]);
  });

  it("names topology, component and container as the CLI's parser wants them", () => {
    assert.deepEqual(killArguments(target), ["kill", ...place, "L-upd"]);
    assert.deepEqual(stateArguments(target, "running"), ["activate", ...place, "L-upd"]);
    assert.deepEqual(stateArguments(target, "deactivated"), ["deactivate", ...place, "L-upd"]);
    assert.deepEqual(restartArguments(target), ["restart", ...place, "L-upd"]);
    assert.deepEqual(restartArguments(target, 0), ["restart", ...place, "L-upd", "0"]);
    assert.deepEqual(scalingArguments(target, { parallelism: { word: 4, consumer: 6 }, containerNumber: 3 }), [
      "update",
      ...place,
      "--component-parallelism=consumer:6",
      "--component-parallelism=word:4",
      "--container-number=3",
      "L-upd",
    ]);
    const config = runtimeConfigArguments(target, { "words:rate": "5", "topology.debug": "true" });
    assert.deepEqual(parse(config).options["--runtime-config"], ["topology.debug:true", "words:rate:5"]);
    assert.deepEqual(scalingArguments(target, { parallelism: {}, containerNumber: 3 }).slice(-2), [
      "--container-number=3",
      "L-upd",
    ]);
  });
});
