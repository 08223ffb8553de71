import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { toBinary } from "@bufbuild/protobuf";
import { type PhysicalPlan, PhysicalPlanSchema } from "../../components/heron/proto/gen/physical_plan_pb";
import type { Topology, TopologyState as RunningState } from "../../components/heron/proto/gen/topology_pb";
import { openLocalStore } from "../../components/heron/state/local";
import { openStateTree, type TopologyState } from "../../components/heron/state";
import { physicalPlan } from "../../examples/core/src/physical-plan";
import { withRuntimeConfig } from "../../examples/core/src/runtime-config";
import type { RecordedCall, Settings } from "../stand-ins/heron/main";
import type { Simulation } from "../../sandbox";
import { recentNode } from "./libraries";
import { LocalEnvironment } from "./local-environment";
import type { CommandResult, RunningCommand } from "./project";
import { pulumiEnvironment } from "./pulumi";

/** A {@link LocalEnvironment} whose user has a recording `heron` first on PATH. */
export class HeronCommand {
  private constructor(readonly environment: LocalEnvironment) {}

  static async start(options: { readonly tasks?: "real" | Simulation } = {}): Promise<HeronCommand> {
    const environment = await LocalEnvironment.start(options);
    const main = join(__dirname, "..", "stand-ins", "heron", "main.js");
    const bin = environment.project.write(
      "tools/heron",
      `#!/bin/sh\nexec '${join(recentNode(), "node")}' '${main}' '${environment.project.path("settings.json")}' "$@"\n`,
    );
    chmodSync(bin, 0o755);
    const command = new HeronCommand(environment);
    command.behave();
    command.document();
    command.topology();
    return command;
  }

  /** How the stand-in is to behave from now on. */
  behave(changes: Partial<Settings> = {}): void {
    const settings: Settings = {
      scheduler: this.environment.url,
      record: this.environment.project.path("calls"),
      version: "0.20.5-incubating",
      ...changes,
    };
    writeFileSync(this.environment.project.path("settings.json"), JSON.stringify(settings));
  }

  document(changes: object = {}, create = 30): void {
    const defaults = { update: { watchSeconds: 0 }, timeouts: { create, update: 30, delete: 30 } };
    this.environment.document({ submitter: "heron-cli", defaults, ...changes });
  }

  topology(changes: object = {}): void {
    this.environment.topology({
      class: "org.example.WordCount",
      args: ["WordCount"],
      jvmProperties: { mode: "a b" },
      heronConfig: { "heron.logging.maximum.files": 7 },
      ...changes,
    });
  }

  start(args: readonly string[]): RunningCommand {
    const { PATH = "" } = { ...process.env, ...pulumiEnvironment().env };
    const { project } = this.environment;
    return project.start(args, { PATH: `${project.path("tools")}:${PATH}` });
  }

  run(args: readonly string[]): Promise<CommandResult> {
    return this.start(args).result;
  }

  /** @returns what was said */
  async succeed(args: readonly string[]): Promise<string> {
    const { code, output } = await this.run(args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} exited ${code}:\n${output}`);
    return output;
  }

  up(...args: string[]): Promise<string> {
    return this.succeed([...this.environment.project.command("up"), ...args]);
  }

  destroy(): Promise<string> {
    return this.succeed(this.environment.project.command("destroy"));
  }

  /** What a preview says. */
  async preview(): Promise<string> {
    return (await this.environment.project.preview()).output;
  }

  calls(): readonly RecordedCall[] {
    const record = this.environment.project.path("calls");
    if (!existsSync(record)) return [];
    const lines = readFileSync(record, "utf8").trim().split("\n");
    return lines.map((line) => JSON.parse(line) as RecordedCall);
  }

  /** Command lines since `from`, the conf dir's folder named CONF and the examples' folder left out. */
  commands(from: number): readonly string[] {
    const word = (argv: readonly string[], at: number): string =>
      argv[at - 1] === "--config-path" ? "CONF" : (argv[at] ?? "").replace(/.*\/(\w+\.jar)$/, "$1");
    return this.calls()
      .slice(from)
      .map(({ argv }) => argv.map((_, at) => word(argv, at)).join(" "));
  }

  /** Kills the engine and all that it started, `heron` too, once that stands where it was told to. */
  async killAtStop(): Promise<void> {
    const { project } = this.environment;
    const stopped = `${project.path("calls")}.stopped`;
    const command = this.start(project.command("up"));
    const ended = command.result.then(() => true);
    while (!existsSync(stopped)) {
      if (await Promise.race([ended, sleep(10, false)])) throw new Error((await command.result).output);
    }
    command.kill();
    await command.result;
    project.removeIfThere("calls.stopped");
    await project.recover();
  }

  async taskIds(): Promise<readonly string[]> {
    const tasks = await this.environment.aurora.tasks(this.environment.job, { active: true });
    return tasks.sort((a, b) => a.instanceId - b.instanceId).map(({ taskId }) => taskId);
  }

  async tree(): Promise<TopologyState> {
    const tree = await openStateTree({ local: { root: this.environment.stateRoot } });
    return tree.read(this.environment.job.name);
  }

  /** As by somebody who runs `heron update --runtime-config` by hand. */
  async changeRuntimeConfig(key: string, value: string): Promise<void> {
    await this.changeTopology((topology) => withRuntimeConfig(topology, new Map([[key, value]])));
  }

  /** As a TManager does that starts: simulated tasks have none. */
  async registerTopology(): Promise<void> {
    const { topology, plan } = await this.tree();
    if (topology === undefined || plan === undefined) throw new Error("no topology");
    await this.putPhysicalPlan(physicalPlan(topology, plan, new Map()));
  }

  /** As by somebody who runs `heron` by hand. */
  async byHand(command: string, ...args: readonly string[]): Promise<void> {
    const { project, job } = this.environment;
    const conf = project.path("by-hand");
    mkdirSync(join(conf, job.cluster), { recursive: true });
    const known = this.calls().at(-1)?.conf ?? {};
    for (const [name, text] of Object.entries(known)) writeFileSync(join(conf, job.cluster, name), text);
    const place = `${job.cluster}/${job.role}/${job.environment}`;
    await promisify(execFile)(project.path("tools/heron"), [command, place, "--config-path", conf, ...args, job.name]);
  }

  /** As by somebody who runs `heron activate` or `heron deactivate` by hand. */
  async setState(state: RunningState): Promise<void> {
    await this.changeTopology((topology) => ({ ...topology, state }));
  }

  dispose(): Promise<void> {
    return this.environment.dispose();
  }

  private async changeTopology(change: (topology: Topology) => Topology): Promise<void> {
    const { physicalPlan } = await this.tree();
    if (physicalPlan?.topology === undefined) throw new Error("no physical plan");
    await this.putPhysicalPlan({ ...physicalPlan, topology: change(physicalPlan.topology) });
  }

  private async putPhysicalPlan(plan: PhysicalPlan): Promise<void> {
    const store = await openLocalStore(this.environment.stateRoot);
    await store.put(`pplans/${this.environment.job.name}`, toBinary(PhysicalPlanSchema, plan));
  }
}
