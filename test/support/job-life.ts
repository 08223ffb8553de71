import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { AuroraClient } from "../../components/aurora/client";
import type { TaskStatus } from "../../components/aurora/task-status";
import type { UpdateSummary } from "../../components/aurora/update";
import { openCache } from "../../components/cache";
import { loadStack } from "../../components/config/load";
import { packingPlanFromBytes } from "../../components/heron/packing";
import { openStateTree, type StateTree } from "../../components/heron/state";
import { type Connections, connections } from "../../components/job/connections";
import { type JobPayload, loadPayload, treeOf } from "../../components/job/payload";
import { type AuroraJobProperties, inputsOf, keptJob } from "../../components/job/registration";
import { auroraJob } from "../../components/job/lifecycle";
import { forgetHeld } from "../../components/job/held";
import { connectThrough } from "../../components/job/worlds";
import { planStack } from "../../components/plan/stack";
import { LocalEnvironment } from "./local-environment";

const real = connections(new Map());

/** What the engine records of a deployment that fails. @param reason what its error says */
export async function recordedBy(deployment: Promise<unknown>, reason: RegExp): Promise<AuroraJobProperties> {
  const error = await deployment.then(
    () => assert.fail("it does not fail"),
    (failure: unknown) => failure as Error & { readonly properties?: AuroraJobProperties },
  );
  assert.match(error.message, reason);
  return error.properties ?? assert.fail("nothing is recorded");
}

/** What a run does that deletes the job, in a process of its own as every run is. */
export function destroyedByAnotherRun(outs: AuroraJobProperties): Promise<void> {
  forgetHeld();
  return auroraJob.delete(outs.jobKey, outs);
}

/** The job of one topology, to be driven through the provider's lifecycle in this process, and what is there of it. */
export class JobLife {
  private constructor(
    readonly environment: LocalEnvironment,
    private readonly from: string,
  ) {}

  /** @param killing how long a container takes to end, ms */
  static async begin(killing = 20): Promise<JobLife> {
    const environment = await LocalEnvironment.start({ tasks: { delays: { assigned: 5, starting: 20, killing } } });
    const life = new JobLife(environment, process.cwd());
    // The cache, in which payloads travel, is that of the current folder's project.
    process.chdir(environment.project.directory);
    life.directly();
    return life;
  }

  async end(): Promise<void> {
    process.chdir(this.from);
    this.directly();
    await this.environment.dispose();
  }

  /** The job as the program declares it. */
  async declared(topology: object = {}, cluster: object = {}, owner = "user/test"): Promise<AuroraJobProperties> {
    this.environment.document({
      defaults: { update: { watchSeconds: 0 }, timeouts: { create: 30, update: 30, delete: 8 } },
      ...cluster,
    });
    this.environment.topology(topology);
    const [plan] = await planStack(loadStack(this.environment.project.path("stacks/test.yaml")), owner);
    assert.ok(plan);
    return keptJob(plan.inputs);
  }

  payloadOf(job: AuroraJobProperties): Promise<JobPayload> {
    return loadPayload(openCache(), inputsOf(job).payload);
  }

  /** Active tasks, by instance. */
  async tasks(): Promise<readonly TaskStatus[]> {
    const active = await this.environment.aurora.tasks(this.environment.job, { active: true });
    return active.sort((a, b) => a.instanceId - b.instanceId);
  }

  async instances(): Promise<readonly number[]> {
    return (await this.tasks()).map(({ instanceId }) => instanceId);
  }

  tree(): Promise<StateTree> {
    return openStateTree({ local: { root: this.environment.stateRoot } });
  }

  async digest(): Promise<string | undefined> {
    return (await this.tree()).digest("WordCount");
  }

  /** The latest update of the job. */
  async latest(): Promise<UpdateSummary> {
    return (await this.environment.aurora.updateSummaries(this.environment.job))[0] ?? assert.fail("no update");
  }

  /** Does `work` as soon as the scheduler works on an update. */
  async onceUpdating(work: (id: string) => Promise<void>): Promise<void> {
    for (;;) {
      const [update] = await this.environment.aurora.updateSummaries(this.environment.job);
      if (update?.status === "ROLLING_FORWARD") return work(update.id);
      await sleep(5);
    }
  }

  /** Pauses the next update as a person would. */
  pauseOnceUpdating(): Promise<void> {
    return this.onceUpdating((id) =>
      this.environment.aurora.pauseUpdate({ job: this.environment.job, id }, "stop: INC-42"),
    );
  }

  /** Rolls the next update back, `afterMs` after it began, as a failing container would. */
  rollBackOnceUpdating(afterMs = 300): Promise<void> {
    return this.onceUpdating(async (id) => {
      await sleep(afterMs);
      await this.environment.aurora.rollbackUpdate({ job: this.environment.job, id }, "as a failing container would");
    });
  }

  /** What `heron update` does: the new container first, then the plan that names it; the topology stays. */
  async scaleOutByOthers(): Promise<void> {
    const { plan } = treeOf(await this.payloadOf(await this.declared({ containerNumber: 3 })));
    await this.environment.aurora.addInstances(this.environment.job, 0, 1);
    const tree = await this.tree();
    await tree.restore({ ...(await tree.nodes("WordCount")), plan });
  }

  /** What a refresh records of what was recorded as `job`. */
  async refreshed(job: AuroraJobProperties): Promise<AuroraJobProperties> {
    const { props } = await auroraJob.read(job.jobKey, job);
    return props ?? assert.fail("the job is gone");
  }

  /** Containers that run, and those that the packing plan in the state tree names beside container 0. */
  async containers(): Promise<{ readonly running: readonly number[]; readonly planned: readonly number[] }> {
    const { plan } = await (await this.tree()).nodes("WordCount");
    const planned = packingPlanFromBytes(Buffer.from(plan ?? [])).containers.map(({ id }) => id);
    return { running: await this.instances(), planned: planned.sort() };
  }

  /** From now on the scheduler is reached through `other`. */
  through(other: (aurora: AuroraClient) => Partial<AuroraClient>): void {
    const aurora: Connections["aurora"] = (...args) => {
      const client = real.aurora(...args);
      return { ...client, ...other(client) };
    };
    connectThrough({ stateTree: (cluster, args) => real.stateTree(cluster, args), aurora });
  }

  /** From now on it is reached as it is. */
  directly(): void {
    connectThrough(real);
  }
}
