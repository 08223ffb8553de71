import assert from "node:assert/strict";
import { unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TopologyState } from "../../components/heron/proto/gen/topology_pb";
import { HeronCommand } from "../support/heron-command";

describe("a topology that one submitter has submitted and another manages", () => {
  let heron: HeronCommand;

  before(async () => {
    heron = await HeronCommand.start();
    heron.document({ submitter: "native" });
    await heron.up();
    await heron.registerTopology();
  });

  after(() => heron.dispose());

  const words = (from: number) => heron.commands(from).map((line) => line.replace(/ sandbox.*CONF/, ""));
  const kept = async (before: readonly string[]) => (await heron.taskIds()).filter((id) => before.includes(id)).length;

  it("is handed from native to heron without a command", async () => {
    const before = await heron.taskIds();
    heron.document();
    await heron.up();
    assert.deepEqual([await heron.taskIds(), heron.calls().length], [before, 0]);
  });

  it("has every operation of heron's done to it, each by its command and no more", async () => {
    const before = await heron.taskIds();
    for (const [document, command] of [
      [{ parallelism: { count: 4 } }, "update --component-parallelism=count:4 WordCount"],
      [{ parallelism: { count: 4 }, state: "deactivated" }, "deactivate WordCount"],
      [{ parallelism: { count: 4 } }, "activate WordCount"],
      [
        { parallelism: { count: 4 }, runtimeConfig: { "words:rate": 5 } },
        "update --runtime-config=words:rate:5 WordCount",
      ],
      [{ parallelism: { count: 4 }, containerNumber: 4 }, "update --container-number=4 WordCount"],
    ] as const) {
      const from = heron.calls().length;
      heron.topology(document);
      await heron.up();
      assert.deepEqual(words(from), [command]);
      assert.match(await heron.up("--refresh"), /6 unchanged/);
    }
    assert.equal(await kept(before), 3);
    const from = heron.calls().length;
    const document = { parallelism: { count: 4 }, containerNumber: 4 };
    heron.topology({ ...document, restartContainers: { trigger: "once", containers: [1] } });
    await heron.up();
    assert.equal(await kept(before), 2);
    heron.topology({ ...document, restart: "whole" });
    await heron.up();
    assert.equal(await kept(before), 0);
    assert.deepEqual(words(from), ["restart WordCount 1", "restart WordCount"]);
  });

  it("comes back to native after heron has restarted it without a restart, and is scaled there", async () => {
    const document = { parallelism: { count: 4 }, restart: "whole" };
    const before = await heron.taskIds();
    heron.document({ submitter: "native" });
    heron.topology({ ...document, containerNumber: 4 });
    const from = heron.environment.sandbox.requests().length;
    await heron.up();
    assert.deepEqual([await heron.taskIds(), heron.environment.writes(from)], [before, []]);
    assert.match(await heron.up("--refresh"), /6 unchanged/);
    heron.topology(document);
    await heron.up();
    assert.equal(await kept(before), 4);
    assert.equal((await heron.taskIds()).length, 4);
    await heron.registerTopology();
  });

  it("is drift where somebody uses heron by hand on what native manages, and is put right without a restart", async () => {
    const document = { parallelism: { count: 4 }, restart: "whole" };
    const before = await heron.taskIds();
    await heron.byHand("update", "--component-parallelism=count:6");
    assert.equal((await heron.taskIds()).length, 5);
    heron.topology(document);
    const refreshed = await heron.succeed(["refresh", "--yes", "--diff", "--stack", "test"]);
    assert.match(refreshed, /instances\s*: 4 => 5/);
    await heron.up();
    assert.deepEqual(await heron.taskIds(), before);
    await heron.registerTopology();
    await heron.byHand("kill");
    assert.deepEqual(await heron.taskIds(), []);
    await heron.up("--refresh");
    assert.equal((await heron.taskIds()).length, 4);
    const { topology } = await heron.tree();
    assert.equal(topology?.state, TopologyState.RUNNING);
  });
});

describe("a topology of the user's heron that somebody else works on with heron", () => {
  let heron: HeronCommand;

  before(async () => {
    heron = await HeronCommand.start();
    await heron.up();
  });

  after(() => heron.dispose());

  const words = (from: number) => heron.commands(from).map((line) => line.replace(/ sandbox.*CONF/, ""));
  const previewed = async () => (await heron.environment.project.preview("--refresh")).output;

  it("is given its size again by heron's update, as the preview says, and no container of it restarts", async () => {
    const before = await heron.taskIds();
    await heron.byHand("update", "--component-parallelism=count:6");
    assert.ok((await heron.taskIds()).length > before.length);
    const from = heron.calls().length;
    heron.document({}, 31);
    const { code, output } = await heron.run(heron.environment.project.command("up"));
    assert.notEqual(code, 0, output);
    assert.match(output, /another size than was recorded.*--refresh/s);
    assert.match(await previewed(), /heron update: the size that the documents say again, \d+ → 3 containers/);
    await heron.up("--refresh");
    assert.deepEqual(words(from), ["update --component-parallelism=count:2 WordCount"]);
    assert.deepEqual(await heron.taskIds(), before);
  });

  it("and was killed is not submitted again by a change whose preview did not say so, but by the next", async () => {
    await heron.byHand("kill");
    const from = heron.calls().length;
    heron.topology({ parallelism: { count: 4 } });
    // A second run as the first: what it has seen is not recorded.
    for (let run = 1; run <= 2; run++) {
      const { code, output } = await heron.run(heron.environment.project.command("up"));
      assert.notEqual(code, 0, output);
      assert.match(output, /is gone from the scheduler/);
    }
    assert.deepEqual(
      words(from).filter((line) => line.startsWith("submit")),
      [],
    );
    assert.match(await previewed(), /submit 4 containers/);
    await heron.up("--refresh");
    assert.equal((await heron.taskIds()).length, 4);
  });
});

describe("an update of the user's heron that has failed once it had added containers", () => {
  let heron: HeronCommand;

  before(async () => {
    heron = await HeronCommand.start();
    await heron.up();
  });

  after(() => heron.dispose());

  it("leaves none of them behind: the next run kills what no packing plan names, and scales as the document says", async () => {
    const before = await heron.taskIds();
    heron.topology({ parallelism: { count: 6 } });
    heron.behave({ failAt: "added" });
    const { code, output } = await heron.run(heron.environment.project.command("up"));
    assert.notEqual(code, 0);
    assert.match(
      output,
      /It has left container 3, 4, which no packing plan names\. The next 'pulumi up' kills what it has left/,
    );
    const told = /kill of container 3, 4, which no packing plan names; heron update: count 6, 3 → 5 containers/;
    assert.match((await heron.environment.project.preview("--refresh")).output, told);
    const wanted = (await heron.taskIds()).length;
    assert.ok(wanted > before.length);
    heron.behave();
    await heron.up();
    assert.equal((await heron.taskIds()).length, wanted);
    assert.deepEqual((await heron.taskIds()).slice(0, before.length), before);
    assert.match(await heron.up("--refresh"), /6 unchanged/);
  });

  it("leaves what nobody has recorded alone until a refresh has told of it and nobody's update is at work", async () => {
    const before = await heron.taskIds();
    await heron.environment.aurora.addInstances(heron.environment.job, 0, 1);
    const from = heron.calls().length;
    for (const change of [{ parallelism: { count: 8 } }, { parallelism: { count: 6 }, state: "deactivated" }]) {
      heron.topology(change);
      const { code, output } = await heron.run(heron.environment.project.command("up"));
      assert.notEqual(code, 0, output);
      assert.match(output, /runs container 5, which its packing plan does not name.*--refresh/s);
    }
    assert.deepEqual([heron.calls().length, (await heron.taskIds()).length], [from, before.length + 1]);
    heron.topology({ parallelism: { count: 6 } });
    const { output } = await heron.environment.project.preview("--refresh");
    assert.match(output, /kill of container 5, which no packing plan names/);
    const lock = join(heron.environment.stateRoot, "locks", "WordCount__updateTopology");
    writeFileSync(lock, "main");
    const locked = await heron.run([...heron.environment.project.command("up"), "--refresh"]);
    assert.notEqual(locked.code, 0, locked.output);
    assert.match(locked.output, /being changed by somebody else/);
    assert.deepEqual([heron.calls().length, (await heron.taskIds()).length], [from, before.length + 1]);
    unlinkSync(lock);
    await heron.up("--refresh");
    assert.deepEqual([heron.calls().length, await heron.taskIds()], [from, before]);
    assert.match(await heron.up("--refresh"), /6 unchanged/);
  });
});
