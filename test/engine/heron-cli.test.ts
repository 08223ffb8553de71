import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordedCall, Settings } from "../stand-ins/heron/main";
import { LocalEnvironment } from "../support/local-environment";
import { pulumiEnvironment } from "../support/pulumi";

describe("topologies that the user's heron submits", () => {
  let environment: LocalEnvironment;
  before(async () => {
    environment = await LocalEnvironment.start();
    const main = join(__dirname, "..", "stand-ins", "heron", "main.js");
    const bin = environment.project.write(
      "tools/heron",
      `#!/bin/sh\nexec '${process.execPath}' '${main}' '${environment.project.path("settings.json")}' "$@"\n`,
    );
    chmodSync(bin, 0o755);
    heron();
    document();
    topology();
  });

  after(() => environment.dispose());

  const run = (args: readonly string[]) => {
    const { PATH = "" } = { ...process.env, ...pulumiEnvironment().env };
    return environment.project.pulumi(args, { PATH: `${environment.project.path("tools")}:${PATH}` });
  };
  const succeed = async (args: readonly string[]) => {
    const { code, output } = await run(args);
    assert.equal(code, 0, output);
    return output;
  };
  const up = (...args: string[]) => succeed([...environment.project.command("up"), ...args]);
  const destroy = () => succeed(environment.project.command("destroy"));

  const heron = (changes: Partial<Settings> = {}) => {
    const settings = {
      scheduler: environment.url,
      record: environment.project.path("calls"),
      version: "0.20.5-incubating",
    };
    writeFileSync(environment.project.path("settings.json"), JSON.stringify({ ...settings, ...changes }));
  };
  const document = (submitter: "native" | "heron-cli" = "heron-cli", create = 30) =>
    environment.document({ submitter, defaults: { timeouts: { create, update: 30, delete: 30 } } });
  const topology = (changes: object = {}) =>
    environment.topology({
      class: "org.example.WordCount",
      args: ["WordCount"],
      jvmProperties: { mode: "a b" },
      heronConfig: { "heron.logging.maximum.files": 7 },
      ...changes,
    });
  const calls = (): RecordedCall[] =>
    existsSync(environment.project.path("calls"))
      ? readFileSync(environment.project.path("calls"), "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as RecordedCall)
      : [];
  /** Command lines since `from`, the conf dir's folder named CONF and the examples' folder left out. */
  const commands = (from: number) =>
    calls()
      .slice(from)
      .map(({ argv }) =>
        argv
          .map((word, at) => (argv[at - 1] === "--config-path" ? "CONF" : word.replace(/.*\/(\w+\.jar)$/, "$1")))
          .join(" "),
      );
  const taskIds = async () =>
    (await environment.aurora.tasks(environment.job, { active: true }))
      .sort((a, b) => a.instanceId - b.instanceId)
      .map(({ taskId }) => taskId);
  const refused = async (pattern: RegExp) => {
    const { code, output } = await run(environment.project.command("up"));
    assert.notEqual(code, 0);
    assert.match(output, pattern);
  };
  const confFolders = () =>
    calls().flatMap(({ argv }) => argv.filter((word, at) => argv[at - 1] === "--config-path" && existsSync(word)));

  it("refuses another version of heron before anything is touched", async () => {
    heron({ version: "0.17.8" });
    await refused(/'heron' on PATH is version 0\.17\.8.*0\.20/s);
    assert.deepEqual([calls(), environment.writes()], [[], []]);
  });

  it("tells of a submit that fails, of one that only says it did well, and ends one that hangs with its children", async () => {
    heron({ mode: "fail" });
    await refused(/'heron submit sandbox\/heron\/devel' failed \(exit code 1\).*some aurora error/s);
    heron({ mode: "lie" });
    await refused(/ended well, but the scheduler has no job/);
    heron({ mode: "hang" });
    document("heron-cli", 12);
    await refused(/had not ended after 12 s and was killed/);
    const pids = calls().at(-1)?.pids ?? [];
    assert.equal(pids.length, 2);
    for (const pid of pids) assert.ok(!isAlive(pid), `process ${pid} is gone`);
    assert.deepEqual(confFolders(), []);
  });

  it("submits with the document's settings, and finds nothing to do afterwards, refreshed or not", async () => {
    heron();
    document();
    const from = calls().length;
    await up();
    assert.deepEqual(commands(from), [
      "submit sandbox/heron/devel --config-path CONF --config-property heron.logging.maximum.files=7 " +
        "--topology-main-jvm-property mode=a b wordcount.jar org.example.WordCount WordCount",
    ]);
    assert.match(
      calls().at(-1)?.conf["heron.aurora"] ?? "",
      /Metadata\(key = 'heron-aurora\/owner', value = 'user\/test'\)/,
    );
    assert.equal((await taskIds()).length, 3);
    assert.match(await up("--refresh"), /6 unchanged/);
    assert.equal(calls().length, from + 1);
  });

  it("scales by heron update, deactivates, and restarts, as the preview says", async () => {
    const before = await taskIds();
    const from = calls().length;
    topology({ parallelism: { count: 4 }, state: "deactivated" });
    assert.match(
      (await environment.project.preview()).output,
      /heron update: count 4, 3 → 4 containers; heron deactivate/,
    );
    await up();
    assert.deepEqual((await taskIds()).slice(0, 3), before);
    assert.equal((await taskIds()).length, 4);
    topology({ parallelism: { count: 4 }, restart: "monday" });
    await up();
    assert.ok((await taskIds()).every((id) => !before.includes(id)));
    assert.deepEqual(commands(from), [
      "update sandbox/heron/devel --config-path CONF --component-parallelism=count:4 WordCount",
      "deactivate sandbox/heron/devel --config-path CONF WordCount",
      "restart sandbox/heron/devel --config-path CONF WordCount",
      "activate sandbox/heron/devel --config-path CONF WordCount",
    ]);
    assert.match(await up("--refresh"), /6 unchanged/);
  });

  it("kills and submits again for what heron has no command for, and says so", async () => {
    const from = calls().length;
    topology({ heronConfig: { "heron.logging.maximum.files": 8 } });
    assert.match(
      (await environment.project.preview()).output,
      /kill and submit again \(heron has no rolling update\): what heron submit is told, topology package/,
    );
    await up();
    assert.deepEqual(
      commands(from).map((line) => line.split(" ")[0]),
      ["kill", "submit"],
    );
    assert.equal((await taskIds()).length, 3);
  });

  it("takes over a topology that was submitted natively without touching it, and kills it on destroy", async () => {
    await destroy();
    assert.deepEqual(await taskIds(), []);
    document("native");
    await up();
    const before = await taskIds();
    const from = calls().length;
    document();
    await up();
    assert.deepEqual([await taskIds(), commands(from)], [before, []]);
    assert.match(await up("--refresh"), /6 unchanged/);
    await destroy();
    assert.deepEqual(
      [await taskIds(), commands(from)],
      [[], ["kill sandbox/heron/devel --config-path CONF WordCount"]],
    );
    assert.deepEqual(confFolders(), []);
  });

  it("are killed by the scheduler's own API from a checkout that has not made them", async () => {
    await up();
    const from = calls().length;
    rmSync(environment.project.path(".heron"), { recursive: true });
    await destroy();
    assert.deepEqual([await taskIds(), commands(from)], [[], []]);
  });
});

/** One that was killed and that nobody has waited for yet is dead too. */
function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !readFileSync(stat, "utf8").includes(") Z ");
}
