import { metadataNames } from "../../aurora/thermos/metadata";
import type { TaskStatus } from "../../aurora/task-status";
import { componentCounts, packingPlanFromProto } from "../../heron/packing";
import type { TopologyState } from "../../heron/state";
import { canonicalJson } from "../../canonical-json";
import type { AuroraJobInputs } from "../inputs";
import { ownMark } from "../target";

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
    treeHash: isComplete(tree) ? (runs(tree, outs.parallelism) ? outs.treeHash : "another packing plan") : "absent",
  };
}

/** Whether the tree has all that a submission writes. */
export function isComplete({ topology, plan, executionState }: TopologyState): boolean {
  return topology !== undefined && plan !== undefined && executionState !== undefined;
}

/** Whether the packing plan in the tree has this parallelism. */
export function runs({ plan }: TopologyState, parallelism: Readonly<Record<string, number>>): boolean {
  if (plan === undefined) return false;
  return canonicalJson(Object.fromEntries(componentCounts(packingPlanFromProto(plan)))) === canonicalJson(parallelism);
}
