import type { TaskConfig } from "../aurora/job-configuration";
import type { TaskStatus } from "../aurora/task-status";
import { metadataNames } from "../aurora/thermos/metadata";
import { canonicalJson } from "../canonical-json";
import { componentCounts, packingPlanFromProto } from "../heron/packing";
import { TopologyState as RunningState } from "../heron/proto/gen/topology_pb";
import type { TopologyState } from "../heron/state";
import type { AuroraJobInputs } from "./inputs";
import { ownMark } from "./target";
import { partsOf } from "./task-changes";

/** One thing in which what runs is not what the documents say; both as text. */
export interface Difference {
  readonly what: string;
  /** Numbers of the instances that it is about; absent where it is about the topology. */
  readonly instances?: readonly number[];
  readonly runs: string;
  readonly wanted: string;
}

/** A job as the documents want it. */
export interface Wanted {
  readonly inputs: Pick<AuroraJobInputs, "instances" | "parallelism" | "topologyId" | "state" | "owner">;
  readonly config: TaskConfig;
}

const absent = "nothing";

/**
 * Pure: in what a job that runs differs from what the documents say, for one who is about to adopt it.
 * @param tasks the active ones, with what they run
 */
export function compare(tasks: readonly TaskStatus[], tree: TopologyState, { inputs, config }: Wanted): Difference[] {
  const { executionState, plan, physicalPlan } = tree;
  const counts = plan && Object.fromEntries(componentCounts(packingPlanFromProto(plan)));
  const state = physicalPlan?.topology?.state;
  const marks = new Set(tasks.map((task) => ownMark(task, metadataNames.owner) ?? absent));
  return [
    difference("instances", String(new Set(tasks.map(({ instanceId }) => instanceId)).size), String(inputs.instances)),
    difference("owner", [...marks].sort().join(" and "), inputs.owner),
    difference("topology id in the state tree", executionState?.topologyId ?? absent, inputs.topologyId),
    difference(
      "parallelism in the state tree",
      counts ? canonicalJson(counts) : absent,
      canonicalJson(inputs.parallelism),
    ),
    ...(state === undefined ? [] : [difference("state", wordOf(state), inputs.state)]),
    ...taskDifferences(tasks, config),
  ].filter(({ runs, wanted }) => runs !== wanted);
}

function difference(what: string, runs: string, wanted: string): Difference {
  return { what, runs, wanted };
}

function wordOf(state: RunningState): string {
  return state === RunningState.RUNNING ? "running" : "deactivated";
}

/** Of each part of the task, those instances together that run the same other thing. */
function taskDifferences(tasks: readonly TaskStatus[], config: TaskConfig): Difference[] {
  const found = new Map<string, Difference & { readonly instances: number[] }>();
  for (const task of [...tasks].sort((a, b) => a.instanceId - b.instanceId)) {
    if (task.config === undefined) continue;
    // What no document says the scheduler fills in.
    const wanted = partsOf({
      ...config,
      ...(config.tier === undefined && task.config.tier && { tier: task.config.tier }),
    });
    const runs = partsOf(task.config);
    for (const what of new Set([...runs.keys(), ...wanted.keys()])) {
      const each = { what, runs: runs.get(what) ?? absent, wanted: wanted.get(what) ?? absent };
      if (each.runs === each.wanted) continue;
      const key = JSON.stringify(each);
      const known = found.get(key) ?? { ...each, instances: [] };
      known.instances.push(task.instanceId);
      found.set(key, known);
    }
  }
  return [...found.values()];
}
