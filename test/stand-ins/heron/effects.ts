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
  packingPlanFromProto,
  packingPlanToBytes,
  repack,
  schedule,
} from "../../../components/heron/packing";
import { writeDefinition } from "../../../components/heron/definition";
import { PhysicalPlanSchema } from "../../../components/heron/proto/gen/physical_plan_pb";
import { TopologyState } from "../../../components/heron/proto/gen/topology_pb";
import { type StateTree, openStateTree } from "../../../components/heron/state";
import { openLocalStore } from "../../../components/heron/state/local";
import { physicalPlan } from "../../../examples/core/src/physical-plan";
import { withRuntimeConfig } from "../../../examples/core/src/runtime-config";
import type { Parsed } from "./parser";

/** What a command has done so far: nothing; the state tree is written; the job is made; the topology is paused; containers are added. */
export type Point = "start" | "tree" | "job" | "paused" | "added";

/** What runs a topology's containers: Aurora, or Heron's local scheduler. */
export type Containers = Pick<AuroraClient, "tasks" | "createJob" | "killTasks" | "addInstances" | "restartInstances">;

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
}

type State = "running" | "deactivated";

/** Plays the command's effect; a message is why it failed. */
export async function play(call: Call): Promise<string | undefined> {
  const { parsed, job, aurora } = call;
  await call.reached("start");
  const tree = await openStateTree({ local: { root: call.stateRoot } });
  const { executionState, topology, plan, physicalPlan } = await tree.read(job.name);
  if (parsed.command === "submit") {
    return executionState === undefined ? submit(call, tree) : `Topology '${job.name}' already exists`;
  }
  if (parsed.command === "kill") {
    await aurora.killTasks(job, "all", "heron kill");
    await tree.erase(job.name);
    return undefined;
  }
  if (topology === undefined || plan === undefined) return `Topology '${job.name}' does not exist`;
  if (parsed.command === "restart") {
    const tasks = await aurora.tasks(job, { active: true });
    await aurora.restartInstances(
      job,
      parsed.positionals[2] === undefined ? tasks.map(({ instanceId }) => instanceId) : [Number(parsed.positionals[2])],
    );
    return undefined;
  }
  if (parsed.command !== "update") {
    await register(call, physicalPlan?.topology ?? topology, parsed.command === "activate" ? "running" : "deactivated");
    return undefined;
  }
  const config = parsed.options["--runtime-config"];
  if (config !== undefined) {
    const running = physicalPlan?.topology;
    if (running === undefined) return "Failed to fetch TManager location";
    const values = new Map(
      config.map((each): [string, string] => [each.replace(/:[^:]*$/, ""), each.replace(/^.*:/, "")]),
    );
    await register(
      call,
      withRuntimeConfig(running, values),
      running.state === TopologyState.RUNNING ? "running" : "deactivated",
    );
    return undefined;
  }
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
  const paused = physicalPlan?.topology;
  const running = paused?.state === TopologyState.RUNNING;
  if (running) await register(call, paused, "deactivated");
  await call.reached("paused");
  const [from, to] = [before.containers.length + 1, after.containers.length + 1];
  if (to > from) await aurora.addInstances(job, 0, to - from);
  await call.reached("added");
  const nodes = await tree.nodes(job.name);
  await tree.restore({ ...nodes, plan: packingPlanToBytes(after) });
  await register(call, topology, running ? "running" : "deactivated");
  if (to < from) {
    await aurora.killTasks(
      job,
      Array.from({ length: from - to }, (_, index) => to + index),
    );
  }
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
