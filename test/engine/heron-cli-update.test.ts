import assert from "node:assert/strict";
import { metadataNames } from "../../components/aurora/thermos";
import { runtimeConfig } from "../../components/heron/definition";
import { ownMark } from "../../components/job/target";
import { HeronCommand } from "../support/heron-command";

/** All that Heron binds, and more of a heron.aurora than the stand-in reads. */
const bindings = [
  "CLUSTER ROLE ENVIRON TOPOLOGY_NAME NUM_CONTAINERS CPUS_PER_CONTAINER RAM_PER_CONTAINER DISK_PER_CONTAINER TIER",
  "EXECUTOR_BINARY CORE_PACKAGE_URI TOPOLOGY_PACKAGE_URI TOPOLOGY_ARGUMENTS",
];
const unmarked = bindings
  .flatMap((line) => line.split(" "))
  .map((name) => `${name.toLowerCase()} = '{{${name}}}'\n`)
  .join("");

describe("topologies that the user's heron updates", () => {
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
  const marks = async () => {
    const tasks = await heron.environment.aurora.tasks(heron.environment.job, { active: true });
    return [...new Set(tasks.map((task) => ownMark(task, metadataNames.owner)))];
  };
  const names = (from: number) => heron.commands(from).map((line) => line.split(" ")[0]);

  const config = async () => {
    const { physicalPlan } = await heron.tree();
    const values = physicalPlan?.topology ? runtimeConfig(physicalPlan.topology) : new Map<string, string>();
    return [...values].map(([key, value]) => `${key}=${value}`).sort();
  };

  it("may have a heron.aurora of the user's, which marks the job by Heron's bindings, as the refusal of another says", async () => {
    const mine = (text: string) => heron.environment.project.write("stacks/mine.aurora", text);
    heron.document({ heronAurora: "mine.aurora" });
    mine(unmarked);
    const keys = [metadataNames.owner, metadataNames.task, metadataNames.submission];
    const lines = keys.map((key, at) => `Metadata(key = '${key}', value = '{{AURORA_METADATA_${at + 1}}}')`);
    const asked = lines.map((line) => line.replace(/[(){}]/g, "\\$&")).join(",\\s+");
    await refused(new RegExp(`stacks/test\\.yaml: heronAurora: mine\\.aurora does not mark the job[^]*${asked}`));
    const marked = `${unmarked}metadata = [\n${lines.join(",\n")}\n]\n`;
    mine(marked);
    await heron.up();
    assert.equal(heron.calls().at(-1)?.conf["heron.aurora"], marked);
    assert.deepEqual(await marks(), ["user/test"]);
  });

  it("are submitted again for another heron.aurora alone, and for ours", async () => {
    const before = await heron.taskIds();
    const from = heron.calls().length;
    heron.document();
    assert.match(await heron.preview(), /kill and submit again .*: what heron submit is told/);
    await heron.up();
    assert.deepEqual([names(from), await marks()], [["kill", "submit"], ["user/test"]]);
    assert.ok((await heron.taskIds()).every((id) => !before.includes(id)));
  });

  it("have as many containers as the document says, whatever else it scales, and again as the definition says", async () => {
    const before = await heron.taskIds();
    const from = heron.calls().length;
    heron.topology({ containerNumber: 4 });
    await heron.up();
    // Heron takes the number that there is for none: it needs a second update.
    heron.topology({ containerNumber: 4, parallelism: { words: 4 } });
    await heron.up();
    assert.match(await heron.up("--refresh"), /6 unchanged/);
    heron.topology();
    await heron.up();
    assert.deepEqual(
      heron.commands(from).map((line) => line.replace("update sandbox/heron/devel --config-path CONF ", "")),
      [
        "--container-number=4 WordCount",
        "--component-parallelism=words:4 WordCount",
        "--container-number=4 WordCount",
        "--component-parallelism=words:2 WordCount",
      ],
    );
    assert.deepEqual(await heron.taskIds(), before);
    heron.topology({ containerNumber: 1 });
    await refused(/containers keep the size that the main's own parallelism gives them.*needs more cpu and ram/s);
  });

  it("have the runtime config that the document says, also once they are packed anew or somebody has changed it", async () => {
    const before = await heron.taskIds();
    const from = heron.calls().length;
    const wanted = { "topology.debug": true, "words:rate": 5 };
    heron.topology({ runtimeConfig: wanted });
    await heron.up();
    assert.deepEqual(await config(), ["topology.debug=true", "words:rate=5"]);
    heron.topology({ runtimeConfig: wanted, containerNumber: 3 });
    await heron.up();
    assert.deepEqual(await config(), ["topology.debug=true", "words:rate=5"]);
    await heron.changeRuntimeConfig("words:rate", "6");
    assert.match(await heron.up("--refresh"), /1 updated/);
    assert.deepEqual(await config(), ["topology.debug=true", "words:rate=5"]);
    assert.deepEqual(
      heron.commands(from).map((line) => line.replace("update sandbox/heron/devel --config-path CONF ", "")),
      [
        "--runtime-config=topology.debug:true --runtime-config=words:rate:5 WordCount",
        "--container-number=3 WordCount",
        "--runtime-config=topology.debug:true --runtime-config=words:rate:5 WordCount",
        "--runtime-config=words:rate:5 WordCount",
      ],
    );
    assert.deepEqual((await heron.taskIds()).slice(0, 3), before);
  });
});
