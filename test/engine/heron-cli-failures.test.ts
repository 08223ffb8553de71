import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readDefinition, writeDefinition } from "../../components/heron/definition";
import { repoRoot } from "../support/paths";
import { HeronCommand } from "../support/heron-command";
import { isAlive } from "../support/process-tree";
import type { Settings } from "../stand-ins/heron/main";

/** Every command on a running topology, by the topology it is asked of: what brings it about, its words, and how a lie is found. */
const commands: Readonly<Record<string, { readonly change: object; readonly words: string; readonly lie: RegExp }>> = {
  Update: {
    change: { parallelism: { count: 4 } },
    words: "update sandbox/heron/devel --config-path CONF --component-parallelism=count:4 Update",
    lie: /'heron update' ended well, but the packing plan in the state tree is not of the size asked for/,
  },
  Containers: {
    change: { containerNumber: 4 },
    words: "update sandbox/heron/devel --config-path CONF --container-number=4 Containers",
    lie: /'heron update' ended well, but the packing plan in the state tree is not of the size asked for/,
  },
  Config: {
    change: { runtimeConfig: { "topology.debug": "true" } },
    words: "update sandbox/heron/devel --config-path CONF --runtime-config=topology.debug:true Config",
    lie: /says that the runtime config of sandbox\/heron\/devel\/Config was changed, but its physical plan does not/,
  },
  Deactivate: {
    change: { state: "deactivated" },
    words: "deactivate sandbox/heron/devel --config-path CONF Deactivate",
    lie: /says that sandbox\/heron\/devel\/Deactivate is deactivated, but its physical plan does not/,
  },
  Activate: {
    change: { state: "running" },
    words: "activate sandbox/heron/devel --config-path CONF Activate",
    lie: /says that sandbox\/heron\/devel\/Activate is running, but its physical plan does not/,
  },
  Restart: {
    change: { restart: "monday" },
    words: "restart sandbox/heron/devel --config-path CONF Restart",
    lie: /'heron restart' ended well, but container 0, 1, 2 of sandbox\/heron\/devel\/Restart was not restarted/,
  },
  Container: {
    change: { restartContainers: { trigger: "monday", containers: [1] } },
    words: "restart sandbox/heron/devel --config-path CONF Container 1",
    lie: /'heron restart' ended well, but container 1 of sandbox\/heron\/devel\/Container was not restarted/,
  },
};
const names = Object.keys(commands);
const seconds = 10;

describe("commands of the user's heron that go wrong on a running topology", () => {
  let heron: HeronCommand;

  before(async () => {
    heron = await HeronCommand.start();
    heron.document({
      defaults: { update: { watchSeconds: 0 }, timeouts: { create: 30, update: seconds, delete: seconds } },
    });
    heron.environment.project.removeIfThere("stacks/topologies/WordCount.yaml");
    for (const name of names) topology(name, name === "Activate" ? { state: "deactivated" } : {});
    await heron.up();
  });

  after(() => heron.dispose());

  /** With a package and a definition of its own name beside it. */
  function topology(name: string, changes: object): void {
    const file = `${name}.jar`;
    heron.topology({ name, package: file, definition: `${name}.defn`, args: [name], ...changes });
    const example = (end: string) => readFileSync(join(repoRoot, `examples/wordcount/wordcount.${end}`));
    heron.environment.project.write(`stacks/topologies/${file}`, example("jar"));
    heron.environment.project.write(
      `stacks/topologies/${name}.defn`,
      writeDefinition({ ...readDefinition(example("defn"), ""), name }),
    );
  }

  /** With every command going wrong in one way. @returns what was said, and the calls that were made. */
  async function wrong(mode: NonNullable<Settings["mode"]>, command: readonly string[]) {
    const from = heron.calls().length;
    heron.behave({ mode });
    const { code, output } = await heron.run(command);
    assert.notEqual(code, 0, output);
    return {
      output,
      words: heron.commands(from),
      pids: heron
        .calls()
        .slice(from)
        .flatMap(({ pids }) => pids),
    };
  }

  const up = () => [...heron.environment.project.command("up"), "--continue-on-error"];
  const killed = names.map((name) => `kill sandbox/heron/devel --config-path CONF ${name}`).sort();

  it("are told of in Heron's own words when they fail, whichever it is", async () => {
    for (const name of names) topology(name, commands[name]?.change ?? {});
    const { output, words } = await wrong("fail", up());
    assert.deepEqual(words.toSorted(), names.map((name) => commands[name]?.words).sort());
    for (const name of names) {
      const command = commands[name]?.words.split(" ")[0] ?? "";
      const failed = new RegExp(
        `'heron ${command} sandbox/heron/devel' failed \\(exit code 1\\)[^']*Failed to ${command} topology: ${name}\\b`,
      );
      assert.match(output, failed, name);
    }
  });

  it("are found out when they only say that they did well", async () => {
    const { output } = await wrong("lie", up());
    for (const name of names) assert.match(output, commands[name]?.lie ?? /never/, name);
  });

  it("are ended with their children when they hang", async () => {
    const { output, pids } = await wrong("hang", up());
    for (const command of ["update", "deactivate", "activate", "restart"])
      assert.match(
        output,
        new RegExp(`'heron ${command} sandbox/heron/devel' had not ended after ${seconds} s and was killed`),
      );
    assert.equal(pids.length, 2 * names.length);
    for (const pid of pids) assert.ok(!isAlive(pid), `process ${pid} is gone`);
  });

  it("are given again by the next run, which ends as the documents say", async () => {
    const before = heron.calls().length;
    heron.behave();
    await heron.up();
    assert.deepEqual(heron.commands(before).toSorted(), names.map((name) => commands[name]?.words).sort());
    assert.match(await heron.up("--refresh"), / unchanged/);
    assert.equal(heron.calls().length, before + names.length);
  });

  it("leave what could not be killed in the state, until a run has killed it", async () => {
    const destroy = [...heron.environment.project.command("destroy"), "--continue-on-error"];
    const failed = await wrong("fail", destroy);
    assert.deepEqual(failed.words.toSorted(), killed);
    assert.match(
      failed.output,
      /'heron kill sandbox\/heron\/devel' failed \(exit code 1\)[^']*Failed to kill topology/,
    );
    const lied = await wrong("lie", destroy);
    assert.match(
      lied.output,
      new RegExp(`sandbox/heron/devel/Update still had active instances ${seconds} s after they were asked to end`),
    );
    const hung = await wrong("hang", destroy);
    assert.match(
      hung.output,
      new RegExp(`'heron kill sandbox/heron/devel' had not ended after ${seconds} s and was killed`),
    );
    for (const pid of hung.pids) assert.ok(!isAlive(pid), `process ${pid} is gone`);
    for (const name of names) assert.notDeepEqual(await tasks(name), [], name);
    heron.behave();
    await heron.destroy();
    for (const name of names) assert.deepEqual(await tasks(name), [], name);
  });

  const tasks = (name: string) => heron.environment.aurora.tasks({ ...heron.environment.job, name }, { active: true });
});
