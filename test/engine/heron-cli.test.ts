import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { metadataNames } from "../../components/aurora/thermos";
import { ownMark } from "../../components/job/target";
import { HeronCommand } from "../support/heron-command";
import { isAlive } from "../support/process-tree";

describe("topologies that the user's heron submits", () => {
  let heron: HeronCommand;
  before(async () => {
    heron = await HeronCommand.start();
  });

  after(() => heron.dispose());

  const refused = async (pattern: RegExp) => {
    const { code, output } = await heron.run(heron.environment.project.command("up"));
    assert.notEqual(code, 0);
    assert.match(output, pattern);
  };
  const confFolders = () =>
    heron
      .calls()
      .flatMap(({ argv }) => argv.filter((word, at) => argv[at - 1] === "--config-path" && existsSync(word)));

  it("refuses another version of heron before anything is touched", async () => {
    heron.behave({ version: "0.17.8" });
    await refused(/'heron' on PATH is version 0\.17\.8.*0\.20/s);
    assert.deepEqual([heron.calls(), heron.environment.writes()], [[], []]);
    assert.ok(!existsSync(heron.environment.packages), "nothing was uploaded");
    const preview = await heron.run(["preview", "--stack", "test"]);
    assert.equal(preview.code, 0);
    assert.match(preview.output, /warning: The 'heron' on PATH is version 0\.17\.8/);
  });

  it("tells of a submit that fails, of one that only says it did well, and ends one that hangs with its children", async () => {
    heron.behave({ mode: "fail" });
    await refused(/'heron submit sandbox\/heron\/devel' failed \(exit code 1\).*some aurora error/s);
    heron.behave({ mode: "lie" });
    await refused(/ended well, but the scheduler has no job/);
    heron.behave({ mode: "hang" });
    heron.document({}, 12);
    await refused(/had not ended after 12 s and was killed/);
    const pids = heron.calls().at(-1)?.pids ?? [];
    assert.equal(pids.length, 2);
    for (const pid of pids) assert.ok(!isAlive(pid), `process ${pid} is gone`);
    assert.deepEqual(confFolders(), []);
  });

  it("submits with the document's settings, and finds nothing to do afterwards, refreshed or not", async () => {
    heron.behave();
    heron.document();
    const from = heron.calls().length;
    await heron.up();
    assert.deepEqual(heron.commands(from), [
      "submit sandbox/heron/devel --config-path CONF --config-property heron.logging.maximum.files=7 " +
        "--topology-main-jvm-property mode=a b wordcount.jar org.example.WordCount WordCount",
    ]);
    assert.match(
      heron.calls().at(-1)?.conf["heron.aurora"] ?? "",
      /Metadata\(key = 'heron-aurora\/owner', value = 'user\/test'\)/,
    );
    assert.equal((await heron.taskIds()).length, 3);
    assert.match(await heron.up("--refresh"), /6 unchanged/);
    assert.equal(heron.calls().length, from + 1);
  });

  it("scales by heron update, deactivates, and restarts, as the preview says", async () => {
    const before = await heron.taskIds();
    const from = heron.calls().length;
    heron.topology({ parallelism: { count: 4 }, state: "deactivated" });
    assert.match(await heron.preview(), /heron update: count 4, 3 → 4 containers; heron deactivate/);
    await heron.up();
    assert.deepEqual((await heron.taskIds()).slice(0, 3), before);
    assert.equal((await heron.taskIds()).length, 4);
    heron.topology({ parallelism: { count: 4 }, restart: "monday" });
    await heron.up();
    assert.ok((await heron.taskIds()).every((id) => !before.includes(id)));
    assert.deepEqual(heron.commands(from), [
      "update sandbox/heron/devel --config-path CONF --component-parallelism=count:4 WordCount",
      "deactivate sandbox/heron/devel --config-path CONF WordCount",
      "restart sandbox/heron/devel --config-path CONF WordCount",
      "activate sandbox/heron/devel --config-path CONF WordCount",
    ]);
    assert.match(await heron.up("--refresh"), /6 unchanged/);
  });

  it("kills and submits again for what heron has no command for, and says so", async () => {
    const from = heron.calls().length;
    heron.topology({ heronConfig: { "heron.logging.maximum.files": 8 } });
    assert.match(
      await heron.preview(),
      /kill and submit again \(heron has no rolling update\): what heron submit is told, topology package/,
    );
    await heron.up();
    assert.deepEqual(
      heron.commands(from).map((line) => line.split(" ")[0]),
      ["kill", "submit"],
    );
    assert.equal((await heron.taskIds()).length, 3);
  });

  it("become native by the rolling update of a changed restart, and are refused without one", async () => {
    const { project, aurora, job } = heron.environment;
    heron.document({ submitter: "native" });
    await refused(/was submitted by heron, under a topology id of its own.*change 'restart' in the same run/s);
    const before = await heron.taskIds();
    const from = [heron.calls().length, heron.environment.sandbox.requests().length] as const;
    heron.topology({ heronConfig: { "heron.logging.maximum.files": 8 }, restart: "tuesday" });
    assert.match((await project.preview()).output, /rolling restart of 3 containers, 1 at a time \(restart asked\)/);
    await heron.up();
    assert.deepEqual([heron.commands(from[0]), heron.environment.writes(from[1])], [[], ["startJobUpdate"]]);
    assert.ok((await heron.taskIds()).every((id) => !before.includes(id)));
    const { topology, plan, executionState } = await heron.tree();
    const [task] = await aurora.tasks(job, { active: true });
    const id = task && ownMark(task, metadataNames.topologyId);
    assert.deepEqual([topology?.id, plan?.id, executionState?.topologyId], [id, id, id]);
    assert.match(await heron.up("--refresh"), /6 unchanged/);
  });

  it("are taken over from the native submitter and given back without touching them, and killed on destroy", async () => {
    const before = await heron.taskIds();
    const from = heron.calls().length;
    for (const submitter of ["heron-cli", "native", "heron-cli"]) {
      heron.document({ submitter });
      await heron.up();
      assert.deepEqual([await heron.taskIds(), heron.commands(from)], [before, []], submitter);
    }
    assert.match(await heron.up("--refresh"), /6 unchanged/);
    await heron.destroy();
    assert.deepEqual(
      [await heron.taskIds(), heron.commands(from)],
      [[], ["kill sandbox/heron/devel --config-path CONF WordCount"]],
    );
    assert.deepEqual(confFolders(), []);
  });

  it("are killed by the scheduler's own API from a checkout that has not made them", async () => {
    await heron.up();
    const from = heron.calls().length;
    rmSync(heron.environment.project.path(".heron"), { recursive: true });
    await heron.destroy();
    assert.deepEqual([await heron.taskIds(), heron.commands(from)], [[], []]);
  });
});
