import { metadataNames } from "../../aurora/thermos/metadata";
import type { TaskStatus } from "../../aurora/task-status";
import type { CliScaling } from "../../heron/cli";
import { componentCounts, packingPlanFromProto } from "../../heron/packing";
import type { TopologyState } from "../../heron/state";
import type { AuroraJobInputs } from "../inputs";
import { ownMark, presentInstances } from "../target";
import { otherPlan } from "./other-plan";

/**
 * Pure: hashes of a topology that the CLI submitted, in the shape of the inputs. The CLI gives each run a topology id of
 * its own and never renews a mark, so that no content can be compared: what hangs together as recorded counts as recorded.
 */
export function observedHashes(
  outs: AuroraJobInputs,
  tasks: readonly TaskStatus[],
  tree: TopologyState,
): Pick<AuroraJobInputs, "taskHash" | "treeHash"> {
  const marks = new Set(tasks.map((task) => ownMark(task, metadataNames.task) ?? "unknown"));
  const uniform = marks.size === 1 && !marks.has("unknown");
  return {
    taskHash: uniform ? outs.taskHash : [...marks].sort().join(" and "),
    treeHash: observedTreeHash(outs, tasks, tree),
  };
}

function observedTreeHash(outs: AuroraJobInputs, tasks: readonly TaskStatus[], tree: TopologyState): string {
  if (!isComplete(tree)) return "absent";
  if (missingScaling(tree, outs) === undefined) return outs.treeHash;
  return runsWhole(tasks, tree) ? otherPlan : `${otherPlan}, whose containers do not all run`;
}

/** Whether there are as many containers as the packing plan has, with container 0; what no plan names may be there too. */
export function runsWhole(tasks: readonly Pick<TaskStatus, "instanceId">[], { plan }: TopologyState): boolean {
  return new Set(tasks.map(({ instanceId }) => instanceId)).size >= (plan?.containerPlans.length ?? 0) + 1;
}

/** Containers that the packing plan does not name: an update that is at work, was cut off or has failed has added them. */
export function unplannedContainers(
  tasks: readonly Pick<TaskStatus, "instanceId">[],
  { plan }: TopologyState,
): readonly number[] {
  if (plan === undefined) return [];
  const named = new Set([0, ...plan.containerPlans.map(({ id }) => id)]);
  return presentInstances(tasks).filter((instance) => !named.has(instance));
}

/** Whether the tree has all that a submission writes. */
export function isComplete({ topology, plan, executionState }: TopologyState): boolean {
  return topology !== undefined && plan !== undefined && executionState !== undefined;
}

/** What `heron update` has to change until the packing plan in the tree is of the size asked for; undefined for nothing. */
export function missingScaling(
  { plan }: TopologyState,
  { parallelism, instances, containerNumber }: Pick<AuroraJobInputs, "parallelism" | "instances" | "containerNumber">,
): CliScaling | undefined {
  if (plan === undefined) return { parallelism };
  const counts = componentCounts(packingPlanFromProto(plan));
  const changes = Object.entries(parallelism).filter(([component, count]) => counts.get(component) !== count);
  const sized = plan.containerPlans.length === instances - 1;
  if (changes.length === 0 && sized) return undefined;
  // Another parallelism brings another number by itself; what it does not bring is asked for in a second update.
  const asked = changes.length === 0 || (containerNumber !== undefined && !sized);
  return { parallelism: Object.fromEntries(changes), ...(asked && { containerNumber: instances - 1 }) };
}
