import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { toBinary } from "@bufbuild/protobuf";
import { PackingPlanSchema } from "../../components/heron/proto/gen/packing_plan_pb";
import { openStateTree } from "../../components/heron/state";
import { activeUpdate } from "../../components/job/update";
import { LocalEnvironment } from "../support/local-environment";

describe("a refresh", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
    await environment.project.up();
  });

  after(() => environment.dispose());

  const tasks = () => environment.aurora.tasks(environment.job, { active: true });
  const taskIds = async () => (await tasks()).map(({ taskId }) => taskId).sort();

  it("sees that somebody else has given the containers another configuration, which the next up rolls back", async () => {
    const [task] = await environment.aurora.tasks(environment.job, { active: true, withConfig: true });
    const config = task?.config ?? assert.fail("the job runs");
    const resources = config.resources.map((each) => ("ramMb" in each ? { ramMb: 5120 } : each));
    const settings = {
      updateGroupSize: 3,
      maxPerInstanceFailures: 0,
      maxFailedInstances: 0,
      minWaitInInstanceRunningMs: 0,
      rollbackOnFailure: true,
      waitForBatchCompletion: false,
    };
    const request = { config: { ...config, resources, metadata: [] }, instanceCount: 3, settings };
    assert.notEqual(await environment.aurora.startUpdate(request, "by hand"), "unchanged");
    while ((await activeUpdate(environment.aurora, environment.job)) !== undefined) await sleep(50);
    const { output } = await environment.project.succeed(["refresh", "--yes", "--diff", "--stack", "test"]);
    assert.match(output, /ramMb\s*: 4096 => 5120/);
    assert.match(output, /taskHash\s*: "[\w-]+" => /);
    const before = await taskIds();
    assert.match((await environment.project.preview()).output, /rolling restart of 3 containers/);
    await environment.project.up();
    assert.deepEqual(
      (await taskIds()).filter((id) => before.includes(id)),
      [],
    );
    assert.match((await environment.project.up("--refresh")).output, /6 unchanged/);
  });

  it("sees that the state tree holds another plan, in whose place the next up writes its own without a restart", async () => {
    const before = await taskIds();
    const tree = await openStateTree({ local: { root: environment.stateRoot } });
    const nodes = await tree.nodes("WordCount");
    const { plan = assert.fail("it is planned") } = await tree.read("WordCount");
    const other = { ...plan, containerPlans: plan.containerPlans.slice(1) };
    await tree.restore({ ...nodes, plan: toBinary(PackingPlanSchema, other) });
    const { output } = await environment.project.succeed(["refresh", "--yes", "--diff", "--stack", "test"]);
    assert.match(output, /treeHash\s*: "\w+" => "\w+"/);
    await environment.project.up();
    assert.deepEqual((await tree.nodes("WordCount")).plan, nodes.plan);
    assert.deepEqual(await taskIds(), before);
    assert.match((await environment.project.up("--refresh")).output, /6 unchanged/);
  });
});
