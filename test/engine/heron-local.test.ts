import assert from "node:assert/strict";
import { HeronCommand } from "../support/heron-command";

describe("topologies that the user's heron runs on this machine, without Aurora", () => {
  let heron: HeronCommand;
  let asked: number;
  before(async () => {
    heron = await HeronCommand.start();
    asked = heron.environment.sandbox.requests().length;
    heron.document({ scheduler: { local: {} }, environment: "default" });
    heron.topology();
  });

  after(async () => {
    await endScheduler();
    await heron.dispose();
  });

  const endpoint = async () => (await heron.tree()).scheduler?.httpEndpoint;
  /** As a machine that is switched off ends it: what is in the state tree stays. */
  const endScheduler = async () => {
    const at = await endpoint();
    if (at !== undefined) await fetch(`http://${at}/kill`, { method: "POST" }).catch(() => undefined);
  };
  const words = (from: number) =>
    heron.commands(from).map((line) => line.replace(" sandbox/heron/default --config-path CONF", ""));

  it("are refused with what is Aurora's alone", async () => {
    heron.topology({ tier: "preferred", healthCheck: { intervalSeconds: 5 } });
    const { code, output } = await heron.run(heron.environment.project.command("up"));
    assert.notEqual(code, 0);
    for (const key of ["tier", "healthCheck"])
      assert.match(output, new RegExp(`stacks/topologies/WordCount\\.yaml: ${key}: Aurora's own`));
    assert.deepEqual(heron.calls(), []);
    heron.topology();
  });

  it("are submitted, then scaled and deactivated", async () => {
    await heron.up();
    assert.match(words(0)[0] ?? "", /^submit --release-yaml-file \S+\/sandbox\/release\.yaml .* wordcount\.jar /);
    assert.match((await endpoint()) ?? "", /^127\.0\.0\.1:\d+$/);
    const from = heron.calls().length;
    heron.topology({ parallelism: { count: 4 }, state: "deactivated" });
    await heron.up();
    assert.deepEqual(words(from), ["update --component-parallelism=count:4 WordCount", "deactivate WordCount"]);
    assert.equal((await heron.tree()).plan?.containerPlans.length, 3);
  });

  it("are restarted and activated, and then found as they are", async () => {
    const from = heron.calls().length;
    heron.topology({ parallelism: { count: 4 }, restart: "monday" });
    await heron.up();
    assert.deepEqual(words(from), ["restart WordCount", "activate WordCount"]);
    assert.match(await heron.up("--refresh"), /6 unchanged/);
  });

  it("are submitted again when their scheduler has ended, and killed on destroy", async () => {
    await endScheduler();
    const from = heron.calls().length;
    const { output } = await heron.environment.project.preview("--refresh");
    assert.match(output, /submit 4 containers/);
    await heron.up("--refresh");
    assert.deepEqual(
      words(from).map((line) => line.split(" ")[0]),
      ["submit", "update"],
    );
    await heron.destroy();
    assert.deepEqual(
      words(from).map((line) => line.split(" ")[0]),
      ["submit", "update", "kill"],
    );
    assert.deepEqual(await heron.tree().then(({ topology, scheduler }) => [topology, scheduler]), [
      undefined,
      undefined,
    ]);
    assert.equal(heron.environment.sandbox.requests().length, asked);
  });
});
