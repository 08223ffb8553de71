import assert from "node:assert/strict";
import { TopologyState } from "../../components/heron/proto/gen/topology_pb";
import { HeronCommand } from "../support/heron-command";

describe("a topology of the user's heron that a command has failed half-way on", () => {
  let heron: HeronCommand;

  before(async () => {
    heron = await HeronCommand.start();
    await heron.up();
  });

  after(() => heron.dispose());

  const fails = async (pattern: RegExp) => {
    const { code, output } = await heron.run(heron.environment.project.command("up"));
    assert.notEqual(code, 0, output);
    assert.match(output, pattern);
  };
  const state = async () => (await heron.tree()).physicalPlan?.topology?.state;

  it("is activated again at once where an update has left it deactivated, and no container restarts", async () => {
    const before = await heron.taskIds();
    heron.behave({ failAt: "paused" });
    heron.topology({ parallelism: { count: 4 } });
    const from = heron.calls().length;
    await fails(/'heron update sandbox\/heron\/devel' failed \(exit code 1\)/);
    assert.deepEqual(
      heron.commands(from).map((words) => words.split(" ")[0]),
      ["update", "activate"],
    );
    assert.equal(await state(), TopologyState.RUNNING);
    assert.deepEqual(await heron.taskIds(), before);
  });

  it("that somebody has deactivated is drift: a refresh shows it, and the next run activates it", async () => {
    heron.behave();
    heron.topology();
    await heron.up();
    await heron.setState(TopologyState.PAUSED);
    const { output } = await heron.environment.project.succeed(["refresh", "--yes", "--diff", "--stack", "test"]);
    assert.match(output, /state\s*: "running" => "deactivated"/);
    await heron.up();
    assert.equal(await state(), TopologyState.RUNNING);
  });

  it("is submitted again by the next run, also with the old documents, where it was killed and not submitted", async () => {
    heron.behave({ failAt: "tree" });
    heron.topology({ jvmProperties: { mode: "other" } });
    await fails(/'heron submit sandbox\/heron\/devel' failed \(exit code 1\)/);
    assert.deepEqual(await heron.taskIds(), []);
    heron.behave();
    heron.topology();
    await heron.up();
    assert.equal((await heron.taskIds()).length, 3);
  });

  it("goes on running where its document asks for what heron cannot do", async () => {
    const before = await heron.taskIds();
    heron.topology({ adopt: true });
    await fails(/adopt: .*cannot take over a job that runs/);
    assert.deepEqual(await heron.taskIds(), before);
  });

  it("is told nothing of the credentials that the stack has for the scheduler", async () => {
    const canary = "c4n4ry-p4ssw0rd";
    const set = ["config", "set", "--stack", "test", "--path"];
    await heron.succeed([...set, "heron:credentials.sandbox.username", "ada"]);
    await heron.succeed([...set, "--secret", "heron:credentials.sandbox.password", canary]);
    const from = heron.calls().length;
    heron.topology({ parallelism: { count: 4 } });
    const output = await heron.up();
    assert.ok(heron.calls().length > from, "heron was called");
    for (const call of heron.calls()) assert.ok(!JSON.stringify(call).includes(canary));
    assert.ok(!output.includes(canary));
  });

  it("is told nothing of the stack's passphrase, nor is its main", () => {
    for (const { environment } of heron.calls())
      assert.deepEqual(
        environment.filter((name) => name.startsWith("PULUMI_")),
        [],
      );
  });
});
