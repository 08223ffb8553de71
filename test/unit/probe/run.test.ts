import assert from "node:assert/strict";
import type { AuroraClient } from "../../../components/aurora/client";
import type { JobConfiguration } from "../../../components/aurora/job-configuration";
import type { TaskStatus } from "../../../components/aurora/task-status";
import { UserError } from "../../../components/errors";
import { runProbe } from "../../../components/probe/run";

const probe = {
  job: { cluster: "west", role: "heron", environment: "prod", name: "heron-fetch-probe-0" },
  configuration: {} as JobConfiguration,
  owner: "team/prod",
  corePackage: "s3://packages/heron/core/heron-core.tar.gz",
};

type Seen = Pick<TaskStatus, "taskId" | "status"> & Partial<TaskStatus>;

/** A scheduler whose tasks of the probe look so at one look after the other, once it is submitted. */
function scheduler(...looks: readonly (readonly Seen[])[]): AuroraClient {
  let at = -1;
  const tasks = (_: unknown, { active = false }) =>
    Promise.resolve(active || at < 0 ? [] : looks[Math.min(at++, looks.length - 1)]);
  const createJob = () => Promise.resolve(void (at = 0));
  return { tasks, createJob, lastWords: () => Promise.resolve(undefined) } as unknown as AuroraClient;
}

const run = (...looks: readonly (readonly Seen[])[]) => runProbe(probe, scheduler(...looks), () => undefined);
const event = (message: string) => [{ timestamp: 1, status: "KILLED" as const, message }];

describe("a fetch probe's run", () => {
  const preempted: Seen = { taskId: "first", status: "KILLED", host: "agent1", events: event("Preempted") };

  it("goes on with the task that follows one that was preempted, in whichever order the scheduler lists them", async () => {
    const next = { taskId: "second", ancestorId: "first" };
    await run([preempted, { ...next, status: "PENDING" }], [{ ...next, status: "FINISHED" }, preempted]);
    await run([{ ...next, status: "PENDING" }, preempted], [preempted, { ...next, status: "FINISHED" }]);
  });

  it("tells what went wrong first, and what then kept its job from being taken away", async () => {
    const failed = (left: Error) => {
      const looks = scheduler([preempted]);
      let killed = false;
      const tasks: AuroraClient["tasks"] = async (job, query) => {
        if (killed && query?.active) throw left;
        const found = await looks.tasks(job, query);
        killed ||= found.length > 0;
        return found;
      };
      return runProbe(probe, { ...looks, tasks }, () => undefined);
    };
    await assert.rejects(
      failed(new UserError("The scheduler is silent.")),
      /KILLED on agent1: Preempted\. The probe's job could not be taken away, which the next run does: The scheduler is silent\./,
    );
    await assert.rejects(failed(new TypeError("a fault of ours")), /KILLED on agent1: Preempted\.$/);
  });

  it("is over with a task that nothing follows", async () => {
    await assert.rejects(run([preempted]), /KILLED on agent1: Preempted/);
  });
});
