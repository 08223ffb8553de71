import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import assert from "node:assert/strict";
import { metadataNames } from "../../components/aurora/thermos";
import type { TaskStatus } from "../../components/aurora/task-status";
import { UserError } from "../../components/errors";
import { activeUpdate } from "../../components/job/update";
import { runtimeConfig } from "../../components/heron/definition";
import type { StateTree, TopologyState } from "../../components/heron/state";
import { isCurrent } from "../../components/job/runtime-config";
import { treeOf } from "../../components/job/payload";
import { connectThrough } from "../../components/job/worlds";
import type { Deployment, DeploymentName } from "./deployments";
import { Engine, isUnfinished } from "./engine";
import { StorageFailure } from "./faulty-store";
import { Random } from "./random";
import { Site, job } from "./site";
import { ofJsonText } from "../../components/json-text";
import { Killed, type Length, Weather, fairWeather, forecast } from "./weather";

/** `stock`: a job and a tree that another tool submitted. */
export type Stand = DeploymentName | "nothing" | "stock";

/** A change of what is deployed. */
export interface Action {
  readonly name: string;
  readonly from: Stand;
  readonly to: DeploymentName | "nothing";
  /** Whether there is a TManager that containers register with; left out, tasks do nothing. */
  readonly runs?: true;
  /** Whether nothing leads back. */
  readonly oneWay?: true;
}

/** What is there after a run, in terms that do not depend on when and where it was. */
type Outcome = Readonly<Record<string, unknown>>;

/** What an undisturbed run of the same is like. */
export interface Undisturbed {
  readonly outcome: Outcome;
  /** The outcome of going back to where the action began; undefined where nothing leads back. */
  readonly back: Outcome | undefined;
  readonly length: Length;
}

const layOutMs = 5_000;

const sites = new Set<Site>();

/** One topology on a site of its own, whose engine is disturbed once. */
export class Life {
  private readonly engine = new Engine();

  private constructor(
    private readonly site: Site,
    private readonly deployments: ReadonlyMap<DeploymentName, Deployment>,
  ) {}

  /** Opens a site, lets `work` go on there, and takes the site away. */
  static async on<T>(
    zookeeper: string | undefined,
    deployments: ReadonlyMap<DeploymentName, Deployment>,
    work: (life: Life) => Promise<T>,
  ): Promise<T> {
    const site = await Site.open(zookeeper);
    sites.add(site);
    connectThrough({
      aurora: (cluster, scheduler) =>
        siteWhere((each) => each.schedulerUrl === scheduler.url).connections.aurora(cluster, scheduler),
      stateTree: (cluster, tree) =>
        siteWhere((each) => isDeepStrictEqual(each.stateTree, tree)).connections.stateTree(cluster, tree),
    });
    try {
      site.calm();
      return await work(new Life(site, deployments));
    } finally {
      sites.delete(site);
      await site.dispose();
    }
  }

  /** Takes the action in fair weather. */
  async undisturbed({ from, to, runs, oneWay }: Action): Promise<Undisturbed> {
    await this.reach(from);
    if (runs) await this.site.runTopology(this.topologyId);
    const weather = new Weather(fairWeather);
    this.site.disturb(weather);
    await this.run(to, false);
    const outcome = await this.outcome(to);
    this.expectKilledIdle();
    if (from === "stock" || to === "nothing" || oneWay) return { outcome, back: undefined, length: weather.length };
    await this.run(from, false);
    return { outcome, back: await this.outcome(from), length: weather.length };
  }

  /**
   * Takes the action in the weather that `seed` brings, then once more in fair weather, or goes back from it: all must be
   * as if nothing had been.
   * @returns what befell it
   */
  async disturbed({ from, to, runs }: Action, seed: number, like: Undisturbed): Promise<void> {
    const random = new Random(seed);
    await this.reach(from);
    if (runs) await this.site.runTopology(this.topologyId);
    const start = await this.site.tasks();
    const weather = new Weather(forecast(random, like.length));
    const story = (): string => weather.log.map((line) => `\n    ${line}`).join("");
    try {
      const killed = await this.weather(weather, to, random);
      // Asked before the tasks are: an update that ended in between would be over, with tasks seen that it went on to end.
      const isRolling = (await activeUpdate(this.site.aurora, job)) !== undefined;
      const middle = await this.site.tasks();
      if (from !== "nothing" && to !== "nothing") assert.notEqual(middle.length, 0, "the topology was lost");
      // An engine that was killed has recorded nothing: only a refresh tells it of an update, and nothing of a creation.
      const returns =
        from !== "stock" && like.back !== undefined && !(killed && from === "nothing") && random.chance(0.3);
      const end = returns ? from : to;
      // What is being rolled out needs its own tree, whatever became of who asked for it.
      if (isRolling && to !== "nothing")
        assert.equal(await this.treeDigest(), like.outcome.digest, "the tree is not of the update");
      if (returns) weather.log.push("the change was taken back");
      await this.run(end, (killed && returns) || random.chance(0.5));
      assert.deepEqual(await this.outcome(end), returns ? like.back : like.outcome);
      if (!returns) await this.expectSpared(end, [...start, ...middle, ...(await this.site.aurora.tasks(job))]);
      // An update that goes on replaces what the way back has no time to spare.
      else if (!isRolling) await this.expectSpared(end, middle);
      await this.expectAtRest(end);
      this.expectKilledIdle();
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.stack : String(error)}\n  after${story() || " nothing"}`, {
        cause: error,
      });
    }
  }

  /** @returns whether the engine was killed */
  private async weather(weather: Weather, to: Action["to"], random: Random): Promise<boolean> {
    const { site, engine } = this;
    const wrecked = to !== "nothing" && random.chance(0.1);
    const mend = wrecked
      ? site.wreckStore(this.deployment(to), random.chance(0.5) ? "unwritable" : "half written")
      : () => undefined;
    if (wrecked) weather.log.push("the store was wrecked");
    site.disturb(weather);
    engine.assertAlive = () => weather.assertAlive();
    try {
      await this.run(to, random.chance(0.3));
      return false;
    } catch (error) {
      weather.log.push(`it ended with: ${error instanceof Error ? error.message : String(error)}`);
      const foreseen = [UserError, StorageFailure, Killed].some((kind) => error instanceof kind);
      assert.ok(foreseen || isUnfinished(error), error as Error);
      return error instanceof Killed;
    } finally {
      engine.assertAlive = () => undefined;
      await site.scheduler.calm();
      mend();
      site.calm();
    }
  }

  private async reach(stand: Stand): Promise<void> {
    if (stand === "nothing") return;
    if (stand !== "stock") {
      await this.run(stand, false);
      return;
    }
    const { payload, inputs } = this.deployment("small");
    const { jobConfiguration } = payload;
    const tree = treeOf(payload);
    await (await this.site.tree()).submit({ ...tree, executionState: { ...tree.executionState, submissionTime: 1 } });
    await this.site.aurora.createJob({
      ...jobConfiguration,
      instanceCount: inputs.instances,
      taskConfig: { ...jobConfiguration.taskConfig, metadata: [] },
    });
  }

  private async run(to: Action["to"], refresh: boolean): Promise<void> {
    if (refresh) await this.engine.refresh();
    if (to === "nothing") await this.engine.destroy();
    else await this.engine.up(this.site.declared(this.deployment(to)));
  }

  /** What is in the tree, once a TManager that is there has laid the packing plan out: nobody waits for it after all changes. */
  private async laidOut(tree: StateTree): Promise<TopologyState> {
    const patience = Date.now() + layOutMs;
    for (;;) {
      const state = await tree.read(job.name);
      if (state.tmanager === undefined || isCurrent(state) || Date.now() > patience) return state;
      await sleep(20);
    }
  }

  private get topologyId(): string {
    return this.deployment("small").inputs.topologyId;
  }

  private async treeDigest(): Promise<string | undefined> {
    return (await this.site.tree()).digest(job.name);
  }

  private async outcome(to: Action["to"]): Promise<Outcome> {
    const { site } = this;
    const tree = await site.tree();
    const { executionState, tmanager, physicalPlan, ...nodes } = await this.laidOut(tree);
    const recorded = this.engine.recorded;
    return {
      tasks: (await site.tasks()).map((task) => [task.job, task.instanceId, task.status, hashOf(task)]),
      update: await activeUpdate(site.aurora, job),
      nodes: { ...nodes, executionState: executionState && { ...executionState, submissionTime: undefined } },
      runs: tmanager && {
        state: physicalPlan?.topology?.state,
        config: physicalPlan?.topology && Object.fromEntries(runtimeConfig(physicalPlan.topology)),
        instances: physicalPlan?.instances.map(({ instanceId }) => instanceId),
      },
      digest: await tree.digest(job.name),
      stored: to === "nothing" ? site.files() : await site.holds(this.deployment(to)),
      recorded: recorded.job && {
        ...ofJsonText(recorded.job.job),
        file: recorded.file && ofJsonText(recorded.file.file).sha256,
        scheduler: undefined,
        stateTree: undefined,
        // Where a refresh found the state that is asked for, it stays that of the other one: the same job and plan.
        payload: undefined,
      },
    };
  }

  /** No healthy instance of the wanted configuration was restarted, of those that were `seen`. */
  private async expectSpared(to: Action["to"], seen: readonly TaskStatus[]): Promise<void> {
    if (to === "nothing") return;
    const { inputs } = this.deployment(to);
    const restarted = inputs.restartContainers?.containers ?? [];
    // Adopted as they are, the tasks carry no mark of ours.
    const wanted = (task: TaskStatus): boolean =>
      (to === "adopting" || hashOf(task) === inputs.taskHash) &&
      task.instanceId < inputs.instances &&
      !restarted.includes(task.instanceId);
    const active = (await this.site.tasks()).map(({ taskId }) => taskId);
    const gone = seen.filter(wanted).filter(({ taskId }) => !active.includes(taskId));
    assert.deepEqual(
      gone.map(({ instanceId }) => instanceId),
      [],
      "healthy instances of the wanted configuration were restarted",
    );
  }

  /** Containers went only when the TManager had moved what they did to others. */
  private expectKilledIdle(): void {
    assert.deepEqual(this.site.killedBusy, [], "containers were killed while they had instances");
  }

  private async expectAtRest(to: Action["to"]): Promise<void> {
    const before = this.site.sandbox.requests().length;
    await this.run(to, true);
    const writes = this.site.sandbox
      .requests()
      .slice(before)
      .filter((call) => call.writes);
    assert.deepEqual(writes, [], "a further run changed something");
  }

  private deployment(name: DeploymentName): Deployment {
    const deployment = this.deployments.get(name);
    assert.ok(deployment !== undefined);
    return deployment;
  }
}

function siteWhere(is: (site: Site) => boolean): Site {
  const site = [...sites].find(is);
  if (site === undefined) throw new Error("a call to a site that is gone");
  return site;
}

function hashOf(task: TaskStatus): string | undefined {
  return task.metadata.find(({ key }) => key === metadataNames.task)?.value;
}
