import assert from "node:assert/strict";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordedCall, Settings } from "../stand-ins/heron/main";
import { LocalEnvironment } from "../support/local-environment";

describe("topologies that the user's heron submits", () => {
  let environment: LocalEnvironment;
  const path = process.env.PATH;

  before(async () => {
    environment = await LocalEnvironment.start();
    const main = join(__dirname, "..", "stand-ins", "heron", "main.js");
    const bin = environment.project.write(
      "tools/heron",
      `#!/bin/sh\nexec '${process.execPath}' '${main}' '${environment.project.path("settings.json")}' "$@"\n`,
    );
    chmodSync(bin, 0o755);
    process.env.PATH = `${environment.project.path("tools")}:${path ?? ""}`;
    heron();
    document();
    topology();
  });

  after(async () => {
    process.env.PATH = path;
    await environment.dispose();
  });

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
    const { code, output } = await environment.project.pulumi(environment.project.command("up"));
    assert.notEqual(code, 0);
    assert.match(output, pattern);
  };
  const confFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("heron-conf-"));

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
    document("heron-cli", 3);
    await refused(/had not ended after 3 s and was killed/);
    const pids = calls().at(-1)?.pids ?? [];
    assert.equal(pids.length, 2);
    for (const pid of pids) assert.ok(!isAlive(pid), `process ${pid} is gone`);
    assert.deepEqual(confFolders(), []);
  });

  it("submits with the document's settings, and finds nothing to do afterwards, refreshed or not", async () => {
    heron();
    document();
    const from = calls().length;
    await environment.project.up();
    assert.deepEqual(commands(from), [
      "submit sandbox/heron/devel --config-path CONF --config-property heron.logging.maximum.files=7 " +
        "--topology-main-jvm-property mode=a b wordcount.jar org.example.WordCount WordCount",
    ]);
    assert.match(
      calls().at(-1)?.conf["heron.aurora"] ?? "",
      /Metadata\(key = 'heron-aurora\/owner', value = 'user\/test'\)/,
    );
    assert.equal((await taskIds()).length, 3);
    assert.match((await environment.project.up("--refresh")).output, /6 unchanged/);
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
    await environment.project.up();
    assert.deepEqual((await taskIds()).slice(0, 3), before);
    assert.equal((await taskIds()).length, 4);
    topology({ parallelism: { count: 4 }, restart: "monday" });
    await environment.project.up();
    assert.ok((await taskIds()).every((id) => !before.includes(id)));
    assert.deepEqual(commands(from), [
      "update sandbox/heron/devel --config-path CONF --component-parallelism=count:4 WordCount",
      "deactivate sandbox/heron/devel --config-path CONF WordCount",
      "restart sandbox/heron/devel --config-path CONF WordCount",
      "activate sandbox/heron/devel --config-path CONF WordCount",
    ]);
    assert.match((await environment.project.up("--refresh")).output, /6 unchanged/);
  });

  it("kills and submits again for what heron has no command for, and says so", async () => {
    const from = calls().length;
    topology({ heronConfig: { "heron.logging.maximum.files": 8 } });
    assert.match(
      (await environment.project.preview()).output,
      /kill and submit again \(heron has no rolling update\): what heron submit is told, topology package/,
    );
    await environment.project.up();
    assert.deepEqual(
      commands(from).map((line) => line.split(" ")[0]),
      ["kill", "submit"],
    );
    assert.equal((await taskIds()).length, 3);
  });

  it("takes over a topology that was submitted natively without touching it, and kills it on destroy", async () => {
    await environment.project.destroy();
    assert.deepEqual(await taskIds(), []);
    document("native");
    await environment.project.up();
    const before = await taskIds();
    const from = calls().length;
    document();
    await environment.project.up();
    assert.deepEqual([await taskIds(), commands(from)], [before, []]);
    assert.match((await environment.project.up("--refresh")).output, /6 unchanged/);
    await environment.project.destroy();
    assert.deepEqual(
      [await taskIds(), commands(from)],
      [[], ["kill sandbox/heron/devel --config-path CONF WordCount"]],
    );
    assert.deepEqual(confFolders(), []);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
