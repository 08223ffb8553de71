import assert from "node:assert/strict";
import { loadStack } from "../../components/config/load";
import { auroraJob } from "../../components/job/lifecycle";
import { keptJob } from "../../components/job/registration";
import { planStack } from "../../components/plan/stack";
import { planText } from "../../scripts/plan-output";
import { LocalEnvironment } from "../support/local-environment";

describe("a topology with GPUs", () => {
  let environment: LocalEnvironment;
  const folder = process.cwd();

  before(async () => {
    environment = await LocalEnvironment.start();
    // The cache, in which payloads travel, is that of the current folder's project.
    process.chdir(environment.project.directory);
    environment.document({ requireOffers: true });
    auroraJob.configure({ config: { get: () => undefined } });
  });

  after(async () => {
    process.chdir(folder);
    await environment.dispose();
  });

  const planned = async (topology: object) => {
    environment.topology(topology);
    const [plan] = await planStack(loadStack(environment.project.path("stacks/test.yaml")), "user/test");
    return plan ?? assert.fail("the stack has a topology");
  };

  it("is refused where no host offers any, though cores, memory and disk would do", async () => {
    const refusal = async (topology: object) =>
      (await auroraJob.check({}, keptJob((await planned(topology)).inputs))).failures[0]?.reason ?? "";
    assert.equal(await refusal({}), "");
    assert.match(
      await refusal({ gpus: 2 }),
      /3 more containers of .* disk, 2 GPUs, and 3 of them would stay pending.* disk, 0 GPUs together; .* disk, 0 GPUs\)/,
    );
  });

  it("is shown with them by the plan, which says nothing of GPUs where there are none", async () => {
    assert.match(planText(await planned({ gpus: 2 })), /^GPUs {14}2 for each container$/m);
    assert.doesNotMatch(planText(await planned({})), /GPU/);
  });
});
