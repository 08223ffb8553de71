import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuroraClient, connectAurora } from "../../components/aurora/client";
import type { TaskStatus } from "../../components/aurora/task-status";
import { sha256File } from "../../components/file-hash";
import type { StateTreeArgs } from "../../components/cluster-args";
import { StateTree, openStateTree } from "../../components/heron/state";
import { openLocalStore } from "../../components/heron/state/local";
import type { StateStore } from "../../components/heron/state/store";
import { openZooKeeperStore } from "../../components/heron/state/zookeeper";
import { type Connections, connections } from "../../components/job/connections";
import { keptJob } from "../../components/job/registration";
import { jsonText } from "../../components/json-text";
import { fileName } from "../../components/artifacts/store";
import { type Sandbox, startSandbox } from "../../sandbox";
import type { Deployment } from "./deployments";
import type { Declared } from "./engine";
import { FaultyLink, linkFaults } from "./faulty-link";
import { FaultyScheduler, callTimeoutMs, schedulerFaults } from "./faulty-scheduler";
import { faultyFiles, faultyNodes } from "./faulty-store";
import { RunningTopology, tmanagerFaults } from "./running-topology";
import type { Weather } from "./weather";
import { localTree } from "../../examples/core/src/local-tree";
import { zookeeperTree } from "../../examples/core/src/zookeeper-tree";

export const job = { cluster: "sandbox", role: "heron", environment: "devel", name: "WordCount" };

const delays = { assigned: 2, starting: 10, killing: 10 };
/** Less than an operator's patience, so that bursts of faults exhaust it too; ms. */
const retryForMs = 2_500;
const zooKeeperTimeoutMs = 5_000;

/** What one run happens to: a simulated Aurora, a state tree and an artifact store of its own. */
export class Site {
  /** How a lifecycle that is given this site's places gets to them. */
  connections: Connections = connections(new Map());
  /** Past all faults. */
  readonly aurora: AuroraClient;
  /** Containers that were killed while the TManager still had instances on them. */
  readonly killedBusy: number[] = [];
  private readonly opened: StateTree[] = [];
  private opening: Promise<StateTree> | undefined;
  private topology: RunningTopology | undefined;

  private constructor(
    private readonly folder: string,
    readonly sandbox: Sandbox,
    readonly scheduler: FaultyScheduler,
    private readonly link: FaultyLink | undefined,
    private readonly zookeeper: string | undefined,
  ) {
    this.aurora = connectAurora({ cluster: job.cluster, scheduler: { url: new URL(sandbox.url).origin } });
  }

  /** @param zookeeper the server that keeps the state tree; left out: files */
  static async open(zookeeper?: string): Promise<Site> {
    const folder = mkdtempSync(join(tmpdir(), "heron-faults-"));
    const sandbox = await startSandbox({
      dataDir: join(folder, "data"),
      clusterName: job.cluster,
      simulate: { delays },
    });
    const scheduler = await FaultyScheduler.open(new URL(sandbox.url).origin);
    const link = zookeeper === undefined ? undefined : await FaultyLink.open(zookeeper);
    return new Site(folder, sandbox, scheduler, link, zookeeper);
  }

  get schedulerUrl(): string {
    return this.scheduler.url;
  }

  get stateTree(): StateTreeArgs {
    return this.link === undefined
      ? { local: { root: this.localRoot } }
      : { zookeeper: { servers: this.link.address, root: this.folder } };
  }

  private get localRoot(): string {
    return join(this.folder, "state");
  }

  private get packages(): string {
    return join(this.folder, "packages");
  }

  declared({ inputs, file }: Deployment): Declared {
    const scheduler = { url: this.schedulerUrl, webUrl: "http://aurora.example" };
    const place = { directory: this.packages, folder: "topologies", owner: "user/test/WordCount" };
    return {
      file: { file: jsonText({ ...file, ...place }) },
      job: keptJob({ ...inputs, scheduler, stateTree: this.stateTree }),
    };
  }

  /** From now on the topology's containers register with a TManager, past all faults. */
  async runTopology(id: string): Promise<void> {
    const { zookeeper, localRoot, folder } = this;
    const lost = (why: string): never => {
      throw new Error(why);
    };
    const tree = zookeeper === undefined ? localTree(localRoot) : await zookeeperTree(zookeeper, folder, lost);
    const containers = async (): Promise<readonly number[]> =>
      (await this.tasks()).filter(({ status }) => status === "RUNNING").map(({ instanceId }) => instanceId);
    this.topology = await RunningTopology.start(tree, { name: job.name, id }, containers);
  }

  /** As the library connects. */
  calm(): void {
    if (this.topology !== undefined) this.topology.next = () => undefined;
    this.scheduler.next = () => undefined;
    this.use(connections(new Map()));
  }

  /** With calls of a short timeout, and all that the weather has. */
  disturb(weather: Weather): void {
    this.scheduler.next = () => weather.fault("scheduler", schedulerFaults);
    if (this.topology !== undefined) this.topology.next = () => weather.fault("TManager", tmanagerFaults);
    const client = connectAurora({
      cluster: job.cluster,
      scheduler: { url: this.schedulerUrl },
      timeoutMs: callTimeoutMs,
      retryForMs,
    });
    const tree = (this.opening = this.openStore().then((store) => {
      const { link } = this;
      const opened = new StateTree(
        link === undefined
          ? faultyFiles(store, weather)
          : faultyNodes(store, weather, linkFaults, (fault) => link.strike(fault)),
      );
      this.opened.push(opened);
      return opened;
    }));
    this.use({ aurora: () => mortal(client, weather), stateTree: () => tree });
  }

  /** Makes the store unwritable, or leaves in it what an upload that was killed leaves; returns what mends it, if need be. */
  wreckStore({ file }: Deployment, how: "unwritable" | "half written"): () => void {
    const { packages } = this;
    if (how === "half written") {
      const folder = join(packages, "topologies");
      mkdirSync(folder, { recursive: true });
      for (const name of [fileName(file), `${fileName(file)}.left.part`])
        if (!existsSync(join(folder, name))) writeFileSync(join(folder, name), "half a package");
      return () => undefined;
    }
    const aside = `${packages}.aside`;
    if (existsSync(packages)) renameSync(packages, aside);
    writeFileSync(packages, "");
    return () => {
      rmSync(packages);
      if (existsSync(aside)) renameSync(aside, packages);
    };
  }

  /** Past all faults. */
  async tree(): Promise<StateTree> {
    const tree = await openStateTree(this.stateTree);
    this.opened.push(tree);
    return tree;
  }

  /** Active tasks of all jobs of the role, by job and instance. */
  async tasks(): Promise<readonly (TaskStatus & { readonly job: string })[]> {
    const jobs = await this.aurora.jobs(job.role);
    const lists = await Promise.all(
      jobs.map(async (each) =>
        (await this.aurora.tasks(each.job, { active: true })).map((task) => ({ ...task, job: each.job.name })),
      ),
    );
    return lists.flat().sort((a, b) => a.instanceId - b.instanceId);
  }

  /** Whether agents find the whole package. */
  async holds({ file }: Deployment): Promise<boolean> {
    const path = join(this.packages, "topologies", fileName(file));
    return existsSync(path) && (await sha256File(path)) === file.sha256;
  }

  /** The files of the artifact store. */
  files(): readonly string[] {
    if (!existsSync(this.packages)) return [];
    const entries = readdirSync(this.packages, { recursive: true }) as string[];
    return entries.filter((entry) => statSync(join(this.packages, entry)).isFile()).sort();
  }

  async dispose(): Promise<void> {
    await this.topology?.close();
    await this.scheduler.calm();
    await this.opening;
    await Promise.all(this.opened.map((tree) => tree.close()));
    await Promise.all([this.aurora.close(), this.scheduler.close(), this.link?.close()]);
    await this.sandbox.stop({ killTasks: true });
    rmSync(this.folder, { recursive: true, force: true });
  }

  private openStore(): Promise<StateStore> {
    const { local, zookeeper } = this.stateTree;
    return zookeeper === undefined
      ? openLocalStore(local?.root ?? "")
      : openZooKeeperStore({
          servers: zookeeper.servers,
          root: zookeeper.root ?? "",
          digest: false,
          session: { timeoutMs: zooKeeperTimeoutMs },
        });
  }

  private use(given: Connections): void {
    this.connections = {
      aurora: (...args) => this.watched(given.aurora(...args)),
      stateTree: async (...args) => {
        const tree = await given.stateTree(...args);
        if (!this.opened.includes(tree)) this.opened.push(tree);
        return tree;
      },
    };
  }

  private watched(client: AuroraClient): AuroraClient {
    return {
      ...client,
      killTasks: async (key, instances, message) => {
        if (instances !== "all") this.killedBusy.push(...((await this.topology?.busy(instances)) ?? []));
        return client.killTasks(key, instances, message);
      },
    };
  }
}

/** A client whose every call is a step, on which the run may die. */
function mortal(client: AuroraClient, weather: Weather): AuroraClient {
  return new Proxy(client, {
    get:
      (target, method: keyof AuroraClient) =>
      (...args: never[]): Promise<unknown> =>
        weather.step(method, () => (target[method] as (...given: never[]) => Promise<unknown>)(...args)),
  });
}
