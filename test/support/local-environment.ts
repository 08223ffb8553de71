import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import { connectAurora, type AuroraClient } from "../../components/aurora/client";
import { formatJobKey, type JobKey } from "../../components/aurora/job-key";
import { type Sandbox, type Simulation, startSandbox } from "../../sandbox";
import { instantSimulation, type SandboxOptions } from "../../sandbox/options";
import { repoRoot } from "./paths";
import { TestProject } from "./project";

/** A sandbox, which only simulates tasks unless told otherwise, and a project whose stack deploys to it. */
export class LocalEnvironment {
  private constructor(
    readonly sandbox: Sandbox,
    readonly project: TestProject,
    readonly aurora: AuroraClient,
    private readonly folder: string,
  ) {}

  static async start(
    options: {
      readonly tasks?: "real" | Simulation;
      readonly users?: string;
      readonly hosts?: NonNullable<SandboxOptions["hosts"]>;
      readonly secrets?: Parameters<TestProject["init"]>[0];
    } = {},
  ): Promise<LocalEnvironment> {
    const { tasks = instantSimulation } = options;
    const folder = mkdtempSync(join(tmpdir(), "heron-sandbox-"));
    const usersFile = join(folder, "users.ini");
    if (options.users !== undefined) writeFileSync(usersFile, options.users);
    const sandbox = await startSandbox({
      dataDir: join(folder, "data"),
      clusterName: "sandbox",
      ...(options.users !== undefined && { usersFile }),
      ...(options.hosts !== undefined && { hosts: options.hosts }),
      ...(tasks !== "real" && { simulate: tasks }),
    });
    const aurora = connectAurora({ cluster: "sandbox", scheduler: { url: new URL(sandbox.url).origin } });
    const environment = new LocalEnvironment(sandbox, new TestProject(), aurora, folder);
    environment.document();
    environment.topology();
    await environment.project.init(options.secrets);
    return environment;
  }

  readonly job: JobKey = { cluster: "sandbox", role: "heron", environment: "devel", name: "WordCount" };

  /** The scheduler's address. */
  get url(): string {
    return new URL(this.sandbox.url).origin;
  }

  get stateRoot(): string {
    return join(this.folder, "state");
  }

  get packages(): string {
    return join(this.folder, "packages");
  }

  document(changes: object = {}): void {
    this.project.document({
      cluster: "sandbox",
      role: "heron",
      environment: "devel",
      scheduler: { url: this.url },
      state: { local: { root: this.stateRoot } },
      artifacts: { directory: { path: this.packages } },
      core: { path: this.corePath },
      defaults: {
        healthCheck: { initialIntervalSeconds: 10, intervalSeconds: 1, timeoutSeconds: 1 },
        update: { watchSeconds: 1 },
        timeouts: { create: 30, update: 60, delete: 30 },
      },
      ...changes,
    });
  }

  /** The core package's path, as a stack document has it. */
  get corePath(): string {
    return this.relative("stacks", "examples/core/heron-core.tar.gz");
  }

  /** Text of the topology document. */
  topologyText(): string {
    return readFileSync(this.project.path("stacks/topologies/WordCount.yaml"), "utf8");
  }

  topology(changes: object = {}): void {
    this.project.topology({
      name: "WordCount",
      package: this.relative("stacks/topologies", "examples/wordcount/wordcount.jar"),
      definition: this.relative("stacks/topologies", "examples/wordcount/wordcount.defn"),
      ...changes,
    });
  }

  /** What a program of the project gives its `HeronCluster`, whose topologies are deployed here. */
  clusterArgs() {
    const { cluster, role, environment } = this.job;
    return {
      ...{ cluster, role, environment },
      scheduler: { url: this.url },
      state: { local: { root: this.stateRoot } },
      artifacts: { directory: { path: this.packages } },
      core: { path: this.relative(".", "examples/core/heron-core.tar.gz") },
    };
  }

  /** Likewise its `HeronTopology` WordCount, beside the cluster. */
  topologyArgs() {
    return {
      package: this.relative(".", "examples/wordcount/wordcount.jar"),
      definition: this.relative(".", "examples/wordcount/wordcount.defn"),
    };
  }

  /** Submits a job that runs what WordCount does, as somebody would whom no state knows; tells how to kill it. */
  async submitStray(name: string): Promise<{ readonly key: string; kill(): Promise<void> }> {
    const [task] = await this.aurora.tasks(this.job, { active: true, withConfig: true });
    if (task?.config === undefined) throw new Error("WordCount does not run.");
    const job = { ...this.job, name };
    const taskConfig = { ...task.config, job: { role: job.role, environment: job.environment, name }, metadata: [] };
    await this.aurora.createJob({
      ...{ key: taskConfig.job, owner: taskConfig.owner, cronCollisionPolicy: 0, instanceCount: 1 },
      taskConfig,
    });
    return {
      key: formatJobKey(job),
      kill: async () => {
        await this.aurora.killTasks(job, "all", "nobody needs it");
        while ((await this.aurora.tasks(job, { active: true })).length > 0) await setTimeout(50);
      },
    };
  }

  /** Calls since `from` that change something. */
  writes(from = 0): string[] {
    return this.sandbox
      .requests()
      .slice(from)
      .filter(({ writes }) => writes)
      .map(({ method }) => method);
  }

  async dispose(): Promise<void> {
    await this.aurora.close();
    await this.sandbox.stop({ killTasks: true });
    this.project.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private relative(from: string, file: string): string {
    return relative(this.project.path(from), join(repoRoot, file));
  }
}
