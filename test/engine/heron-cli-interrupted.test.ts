import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ownMark } from "../../components/job/target";
import { metadataNames } from "../../components/aurora/thermos";
import { TopologyState } from "../../components/heron/proto/gen/topology_pb";
import { openStateTree } from "../../components/heron/state";
import { HeronCommand } from "../support/heron-command";
import { LocalEnvironment } from "../support/local-environment";

describe("a run of the user's heron that is killed with the engine", () => {
  let heron: HeronCommand;
  before(async () => {
    heron = await HeronCommand.start();
  });

  after(() => heron.dispose());

  /** First words of the commands since `from`. */
  const names = (from: number) => heron.commands(from).map((line) => line.split(" ")[0]);
  const expectWhole = async (state: TopologyState, containers: number) => {
    const { job, aurora } = heron.environment;
    const [jobs, tasks, tree] = [
      await aurora.jobs("heron"),
      await aurora.tasks(job, { active: true }),
      await heron.tree(),
    ];
    assert.deepEqual(
      jobs.map((each) => each.job),
      [job],
    );
    assert.deepEqual(
      tasks.map(({ instanceId, status }) => [instanceId, status]).sort(),
      Array.from({ length: containers }, (_, instance) => [instance, "RUNNING"]),
    );
    const ids = tasks.map((task) => ownMark(task, metadataNames.owner));
    assert.deepEqual([...new Set(ids)], ["user/test"]);
    assert.equal(tree.plan?.containerPlans.length, containers - 1);
    assert.equal(tree.topology?.id, tree.executionState?.topologyId);
    assert.equal(tree.physicalPlan?.topology?.id, tree.topology?.id);
    assert.equal(tree.physicalPlan?.topology?.state, state);
    assert.ok(tree.scheduler, "where the job is to be seen");
  };

  it("before anything is in the state tree is submitted by the next", async () => {
    heron.behave({ stopAt: "start" });
    await heron.killAtStop();
    heron.behave();
    await heron.up();
    assert.deepEqual(names(0), ["submit", "submit"]);
    await expectWhole(TopologyState.RUNNING, 3);
  });

  it("in an update, with the topology paused, ends running and of the size asked for", async () => {
    const before = await heron.taskIds();
    const from = heron.calls().length;
    heron.topology({ parallelism: { count: 4 } });
    heron.behave({ stopAt: "paused" });
    await heron.killAtStop();
    heron.behave();
    await heron.up();
    assert.deepEqual(names(from), ["update", "update", "activate"]);
    await expectWhole(TopologyState.RUNNING, 4);
    assert.deepEqual((await heron.taskIds()).slice(0, 3), before);
  });

  it("in an update, once it had added containers, is gone on with by a run that has looked, which tells that they go", async () => {
    const before = await heron.taskIds();
    heron.topology({ parallelism: { count: 8 } });
    heron.behave({ stopAt: "added" });
    await heron.killAtStop();
    heron.behave();
    const { code, output } = await heron.run(heron.environment.project.command("up"));
    assert.notEqual(code, 0, output);
    assert.match(output, /which its packing plan does not name.*'pulumi up --refresh'/s);
    await heron.up("--refresh");
    assert.equal((await heron.tree()).topology !== undefined, true);
    const containers = (await heron.taskIds()).length;
    await expectWhole(TopologyState.RUNNING, containers);
    assert.deepEqual((await heron.taskIds()).slice(0, before.length), before);
    await heron.destroy();
  });

  it("with a state tree and no job is submitted anew, deactivated as the document says", async () => {
    const from = heron.calls().length;
    heron.topology({ state: "deactivated" });
    heron.behave({ stopAt: "tree" });
    await heron.killAtStop();
    heron.behave();
    await heron.up();
    const submit =
      "submit sandbox/heron/devel --config-path CONF --deploy-deactivated " +
      "--config-property heron.logging.maximum.files=7 --topology-main-jvm-property mode=a b " +
      "wordcount.jar org.example.WordCount WordCount";
    assert.deepEqual(heron.commands(from), [submit, submit]);
    await expectWhole(TopologyState.PAUSED, 3);
    await heron.destroy();
  });

  it("with the job there is not submitted again, and has the state that the document says by then", async () => {
    const from = heron.calls().length;
    heron.topology();
    heron.behave({ stopAt: "job" });
    await heron.killAtStop();
    const before = await heron.taskIds();
    heron.behave();
    heron.topology({ state: "deactivated" });
    await heron.up();
    assert.deepEqual([names(from), await heron.taskIds()], [["submit", "deactivate"], before]);
    await expectWhole(TopologyState.PAUSED, 3);
    assert.match(await heron.up("--refresh"), /6 unchanged/);
  });
});

describe("a topology of the user's heron that does not come up on another scheduler", () => {
  let heron: HeronCommand;
  let other: LocalEnvironment;

  before(async () => {
    heron = await HeronCommand.start();
    other = await LocalEnvironment.start({ tasks: { delays: { assigned: 5, starting: 60_000, killing: 20 } } });
  });

  after(async () => {
    await other.dispose();
    await heron.dispose();
  });

  it("is known to be there, so that it is killed there, and its nodes are in neither state tree then", async () => {
    const { environment } = heron;
    const active = { active: true };
    await heron.up();
    await environment.aurora.killTasks(environment.job, "all");
    while ((await environment.aurora.tasks(environment.job, active)).length > 0) await sleep(20);
    const root = `${environment.stateRoot}-other`;
    heron.behave({ scheduler: other.url });
    heron.document({ scheduler: { url: other.url }, state: { local: { root } } }, 5);
    const { code, output } = await heron.run(environment.project.command("up"));
    assert.notEqual(code, 0, output);
    assert.equal((await other.aurora.tasks(other.job, active)).length, 3);
    await heron.destroy();
    assert.deepEqual(await other.aurora.tasks(other.job, active), []);
    for (const each of [environment.stateRoot, root])
      assert.deepEqual(await (await openStateTree({ local: { root: each } })).topologies(), []);
  });
});
