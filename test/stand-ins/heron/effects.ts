import { toBinary } from "@bufbuild/protobuf";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AuroraClient } from "../../../components/aurora/client";
import type { JobKey } from "../../../components/aurora/job-key";
import { jobConfiguration } from "../../../components/aurora/thermos";
import { poll } from "../../../components/job/wait";
import {
  forStateTree,
  readDefinition,
  type Topology,
  withIdentity,
  withState,
} from "../../../components/heron/definition";
import { executorPorts } from "../../../components/heron/executor-arguments";
import {
  componentCounts,
  maxContainerResources,
  pack,
  type PackingPlan,
  packingPlanFromProto,
  packingPlanToBytes,
  repack,
  schedule,
} from "../../../components/heron/packing";
import { writeDefinition } from "../../../components/heron/definition";
import { PhysicalPlanSchema } from "../../../components/heron/proto/gen/physical_plan_pb";
import { TopologyState } from "../../../components/heron/proto/gen/topology_pb";
import { type StateTree, openStateTree, type TopologyState as TreeState } from "../../../components/heron/state";
import { openLocalStore } from "../../../components/heron/state/local";
import { physicalPlan } from "../../../examples/core/src/physical-plan";
import { withRuntimeConfig } from "../../../examples/core/src/runtime-config";
import type { Parsed } from "./parser";

/** What a command has done so far: nothing; the state tree is written; the job is made; the topology is paused; containers are added. */
export type Point = "start" | "tree" | "job" | "paused" | "added";

/** What runs a topology's containers: Aurora, or Heron's local scheduler. */
export interface Containers extends Pick<AuroraClient, "tasks" | "createJob" | "killTasks" | "restartInstances"> {
  /** @returns the numbers of the new ones, as `aurora job add` says them; undefined where nobody says them */
  addInstances(job: JobKey, count: number): Promise<readonly number[] | undefined>;
}

/** How often Heron tries to kill a job: its `heron.scheduler.job.max.kill.attempts`. */
const killAttempts = 5;

/** The world of one call: as the conf dir says it. */
export interface Call {
  readonly parsed: Parsed;
  readonly job: JobKey;
  readonly stateRoot: string;
  readonly marks: Readonly<Record<string, string>>;
  readonly aurora: Containers;
  /** A scheduler that is a process of its own says by itself where it is. */
  readonly isService: boolean;
  readonly release: { readonly user: string; readonly version: string };
  /** Told of each point; waits there as long as it is to. */
  readonly reached: (point: Point) => Promise<void>;
  /** Told of what the TManager is asked, by its path. */
  readonly asked?: (path: "activate" | "deactivate" | "runtime_config/update") => void;
}

type State = "running" | "deactivated";

/** Plays the command's effect; a message is why it failed. */
export async function play(call: Call): Promise<string | undefined> {
  const { parsed, job, aurora } = call;
  await call.reached("start");
  if (parsed.options["--dry-run"] !== undefined) return undefined;
  const tree = await openStateTree({ local: { root: call.stateRoot } });
  const state = await tree.read(job.name);
  const { executionState } = state;
  if (parsed.command === "submit") {
    return executionState === undefined ? submit(call, tree) : `Topology '${job.name}' already exists`;
  }
  const { cluster, role, environ } = executionState ?? { ...job, environ: job.environment };
  const at = [`${cluster}/${role}/${environ}`, `${job.cluster}/${job.role}/${job.environment}`] as const;
  if (at[0] !== at[1])
    return `cluster/role/environ does not match. Topology '${job.name}' is running at ${at[0]}, not ${at[1]}`;
  if (parsed.command === "kill") return kill(call, tree);
  if (executionState === undefined) return `Topology '${job.name}' does not exist`;
  if (parsed.command === "restart") {
    const [, , container] = parsed.positionals;
    // Before the TManager's container restarts its place is taken out, so that nobody goes there.
    if (container === undefined || container === "0") await tree.forgetTManager(job.name);
    const tasks = container === undefined ? await aurora.tasks(job, { active: true }) : [];
    await aurora.restartInstances(
      job,
      container === undefined ? tasks.map(({ instanceId }) => instanceId) : [Number(container)],
    );
    return undefined;
  }
  const running = state.physicalPlan?.topology;
  if (running === undefined) return `Failed to get physical plan for topology '${job.name}'`;
  if (parsed.command !== "update") {
    return turn(call, running, parsed.command === "activate" ? "running" : "deactivated");
  }
  const config = parsed.options["--runtime-config"];
  return config === undefined ? resize(call, tree, state, running) : configure(call, running, config);
}

async function kill({ job, aurora }: Call, tree: StateTree): Promise<string | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      await aurora.killTasks(job, "all", "heron kill");
      break;
    } catch (error) {
      if (attempt === killAttempts) return String(error);
    }
  }
  await tree.erase(job.name);
  return undefined;
}

/** One that is so already is asked for nothing. */
async function turn(call: Call, running: Topology, state: State): Promise<undefined> {
  const wanted = state === "running" ? TopologyState.RUNNING : TopologyState.PAUSED;
  if (running.state === wanted) return;
  call.asked?.(state === "running" ? "activate" : "deactivate");
  await register(call, running, state);
}

async function configure(call: Call, running: Topology, entries: readonly string[]): Promise<undefined> {
  const values = new Map(
    entries.map((each): [string, string] => [each.replace(/:[^:]*$/, ""), each.replace(/^.*:/, "")]),
  );
  call.asked?.("runtime_config/update");
  await register(
    call,
    withRuntimeConfig(running, values),
    running.state === TopologyState.RUNNING ? "running" : "deactivated",
  );
}

/** Heron's order: paused, containers added, the plan with the numbers they got, on again, containers killed. */
async function resize(
  call: Call,
  tree: StateTree,
  { topology, plan }: TreeState,
  running: Topology,
): Promise<string | undefined> {
  const { parsed, job, aurora } = call;
  if (topology === undefined || plan === undefined) return `Topology '${job.name}' does not exist`;
  const wanted = Object.fromEntries(
    (parsed.options["--component-parallelism"] ?? []).map((each): [string, number] => {
      const [name = "", count = ""] = each.split(":");
      return [name, Number(count)];
    }),
  );
  const before = packingPlanFromProto(plan);
  // Several are joined by a comma, which is no number.
  const number = parsed.options["--container-number"]?.join(",");
  const counts = componentCounts(before);
  const isSame = Object.entries(wanted).every(([name, count]) => counts.get(name) === count);
  if (isSame && (number === undefined || Number(number) === before.containers.length)) {
    return "the same as in the running topology. Not taking action.";
  }
  const after = repack(
    "RoundRobinPacking",
    topology,
    before,
    wanted,
    number === undefined ? undefined : Number(number),
  );
  const isRunning = running.state === TopologyState.RUNNING;
  if (isRunning) await turn(call, running, "deactivated");
  await call.reached("paused");
  const idsOf = ({ containers }: PackingPlan) => containers.map(({ id }) => id);
  const added = idsOf(after).filter((id) => !idsOf(before).includes(id));
  const removed = idsOf(before).filter((id) => !idsOf(after).includes(id));
  const given = added.length > 0 ? await aurora.addInstances(job, added.length) : [];
  if (given !== undefined && given.length !== added.length)
    return `Aurora returned different container count ${given.length}; input count was ${added.length}`;
  await call.reached("added");
  const numberOf = (id: number): number => given?.[added.indexOf(id)] ?? id;
  const renumbered = { ...after, containers: after.containers.map((each) => ({ ...each, id: numberOf(each.id) })) };
  await tree.restore({ ...(await tree.nodes(job.name)), plan: packingPlanToBytes(renumbered) });
  if (isRunning) call.asked?.("activate");
  await register(call, topology, isRunning ? "running" : "deactivated");
  if (removed.length > 0) await aurora.killTasks(job, removed);
  return undefined;
}

async function submit(call: Call, tree: StateTree): Promise<undefined> {
  const { parsed, job, marks, aurora } = call;
  const id = `${job.name}${randomUUID()}`;
  const definition = (parsed.positionals[1] ?? "").replace(/\.jar$/, ".defn");
  const topology = withIdentity(readDefinition(readFileSync(definition), ""), id);
  const state: State = parsed.options["--deploy-deactivated"] === undefined ? "running" : "deactivated";
  const base = pack("RoundRobinPacking", topology);
  const resources = maxContainerResources(base);
  const plan = schedule(base, resources);
  await tree.submit({
    name: job.name,
    topology: writeDefinition(forStateTree(withState(topology, state))),
    plan: packingPlanToBytes(plan),
    executionState: {
      ...job,
      topologyId: id,
      submissionTime: Math.floor(Date.now() / 1000),
      submissionUser: "ada",
      release: call.release,
    },
  });
  await call.reached("tree");
  const view = {
    fetchCore: "true",
    fetchTopology: "true",
    ports: executorPorts,
    topologyArguments: `--topology-id=${id}`,
  };
  await aurora.createJob(
    jobConfiguration({
      job,
      user: "ada",
      topologyId: id,
      instances: plan.containers.length + 1,
      resources,
      view,
      topology: { metadata: marks },
    }),
  );
  await poll(Date.now() + 20_000, async () =>
    (await aurora.tasks(job, { active: true })).every((t) => t.status === "RUNNING"),
  );
  await register(call, topology, state);
  await call.reached("job");
  if (!call.isService) await tree.recordScheduler(job.name);
  return undefined;
}

/** What the TManager would write: its own, where the packing plan is the same, else of the topology as submitted. */
async function register({ stateRoot, job }: Call, topology: Topology, state: State): Promise<void> {
  const { plan } = await (await openStateTree({ local: { root: stateRoot } })).read(job.name);
  if (plan === undefined) throw new Error("no packing plan");
  const physical = physicalPlan(withState(topology, state), plan, new Map());
  const store = await openLocalStore(stateRoot);
  await store.put(`pplans/${job.name}`, toBinary(PhysicalPlanSchema, physical));
}
