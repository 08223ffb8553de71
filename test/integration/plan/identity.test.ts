import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump } from "js-yaml";
import { heronApiJar } from "../../support/libraries";
import { repoRoot } from "../../support/paths";

/** Plans the stack of the current folder and prints what the engine would keep of it. */
const planner = `
const { loadStack } = require(process.env.LIBRARY + "/components/config/load.js");
const { planStack } = require(process.env.LIBRARY + "/components/plan/stack.js");
planStack(loadStack("stacks/test.yaml"), "user/test").then((plans) =>
  process.stdout.write(JSON.stringify(plans.map(({ inputs, prepared }) => ({ inputs, file: prepared.file })))),
);`;

/** A machine, as far as a plan could depend on it. */
interface Machine {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly umask: string;
}

describe("the inputs of a stack, made from one commit", () => {
  const machines: Machine[] = [];

  before(() => {
    const environments = [
      { USER: "ada", LOGNAME: "ada", HOME: "/home/of-ada", TZ: "UTC", LANG: "C", LC_ALL: "C" },
      {
        USER: "brun",
        LOGNAME: "brun",
        HOME: "/Users/brun",
        TZ: "Asia/Tokyo",
        LANG: "de_DE.UTF-8",
        LC_ALL: "tr_TR.UTF-8",
      },
    ];
    for (const [index, env] of environments.entries()) {
      const folder = mkdtempSync(join(tmpdir(), index === 0 ? "a-" : "another-machine-s-checkout-"));
      machines.push({ folder, env, umask: index === 0 ? "022" : "077" });
      mkdirSync(join(folder, "stacks"));
      writeFileSync(join(folder, "Pulumi.yaml"), "name: user\nruntime: nodejs\n");
      copyFileSync(join(repoRoot, "examples/core/heron-core.tar.gz"), join(folder, "stacks/core.tar.gz"));
      copyFileSync(join(repoRoot, "examples/wordcount/wordcount.jar"), join(folder, "stacks/wordcount.jar"));
      copyFileSync(heronApiJar(), join(folder, "stacks/heron-api.jar"));
      const stack = {
        cluster: "west",
        role: "heron",
        environment: "devel",
        scheduler: { url: "https://aurora.example:8081" },
        state: { zookeeper: { servers: "zk.example:2181" } },
        artifacts: { s3: { bucket: "packages", region: "eu-central-1" } },
        core: { path: "core.tar.gz" },
        topologies: ["wordcount.yaml"],
      };
      const topology = {
        name: "WordCount",
        package: "wordcount.jar",
        class: "org.example.WordCount",
        args: ["WordCount"],
        libraries: ["heron-api.jar"],
        parallelism: { count: 5 },
        config: { "topology.debug": true },
        heronConfig: { "heron.logging.maximum.files": 7 },
      };
      writeFileSync(join(folder, "stacks/test.yaml"), dump(stack));
      writeFileSync(join(folder, "stacks/wordcount.yaml"), dump(topology));
    }
  });

  after(() => {
    for (const { folder } of machines) rmSync(folder, { recursive: true, force: true });
  });

  const plan = ({ folder, env, umask }: Machine): string =>
    execFileSync("sh", ["-c", `umask ${umask} && exec "$NODE" -e "$PLANNER"`], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, ...env, NODE: process.execPath, PLANNER: planner, LIBRARY: join(repoRoot, "bin") },
    });

  it("are the same bytes on two machines, in two folders, by two users, package and topology id included", () => {
    const [one, other] = machines.map(plan);
    assert.ok(one !== undefined && one.length > 500);
    assert.equal(one, other);
  });

  it("are the same when made again, though emission is not reproducible", () => {
    const [machine] = machines;
    assert.ok(machine);
    const before = plan(machine);
    rmSync(join(machine.folder, ".heron"), { recursive: true });
    assert.equal(plan(machine), before);
  });

  it("name no folder, user or home of the machine", () => {
    for (const machine of machines) {
      const text = plan(machine);
      for (const own of [machine.folder, machine.env.USER, machine.env.HOME])
        assert.ok(own !== undefined && !text.includes(own), own);
    }
  });
});
