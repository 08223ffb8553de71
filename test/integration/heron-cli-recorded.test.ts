import assert from "node:assert/strict";
import { AuroraError } from "../../components/aurora/errors";
import { loadStack } from "../../components/config/load";
import { type Connections, connections } from "../../components/job/connections";
import { forgetHeld } from "../../components/job/held";
import { auroraJob } from "../../components/job/lifecycle";
import { keptJob } from "../../components/job/registration";
import { connectThrough } from "../../components/job/worlds";
import { planStack } from "../../components/plan/stack";
import { HeronCommand } from "../support/heron-command";
import { recordedBy } from "../support/job-life";

describe("a topology that heron has submitted, and of which nothing is recorded yet", () => {
  const from = process.cwd();
  const { PATH } = process.env;
  const real = connections(new Map());
  let heron: HeronCommand;

  beforeEach(async () => {
    heron = await HeronCommand.start({ tasks: { delays: { assigned: 5, starting: 20, killing: 20 } } });
    process.chdir(heron.environment.project.directory);
    process.env.PATH = `${heron.environment.project.path("tools")}:${PATH ?? ""}`;
  });

  afterEach(async () => {
    process.chdir(from);
    process.env.PATH = PATH;
    connectThrough(real);
    await heron.dispose();
  });

  const declared = async () => {
    const [plan] = await planStack(loadStack(heron.environment.project.path("stacks/test.yaml")), "user/test");
    return keptJob(plan?.inputs ?? assert.fail("no topology"));
  };

  /** The scheduler shows the job so often, and is gone then. */
  const goneAfter = (looks: number) => {
    const aurora: Connections["aurora"] = (...args) => {
      const client = real.aurora(...args);
      return {
        ...client,
        tasks: async (...asked) => {
          const tasks = await client.tasks(...asked);
          if (tasks.length > 0 && looks-- <= 0) throw new AuroraError("nobody answers", { kind: "unreachable" });
          return tasks;
        },
      };
    };
    connectThrough({ stateTree: (...args) => real.stateTree(...args), aurora });
  };

  for (const [when, looks] of [
    ["before it is seen", 0],
    ["while it is waited for", 1],
  ] as const) {
    it(`is recorded where the scheduler is gone ${when}, so that it is nobody's orphan`, async () => {
      goneAfter(looks);
      const recorded = await recordedBy(auroraJob.create(await declared()), /nobody answers/);
      connectThrough(real);
      forgetHeld();
      await auroraJob.delete(recorded.jobKey, recorded);
      assert.deepEqual(await heron.taskIds(), []);
    }).timeout(60_000);
  }

  it("is recorded where a run finds it that goes on from one that was cut off, and loses the scheduler", async () => {
    const job = await declared();
    await auroraJob.create(job);
    goneAfter(1);
    await recordedBy(auroraJob.create(job), /nobody answers/);
  }).timeout(60_000);
});
