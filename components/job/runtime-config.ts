import { runtimeConfig } from "../heron/definition/runtime-config";
import type { TopologyState } from "../heron/state";

type Values = Readonly<Record<string, string>>;

/**
 * Pure: the entries of `wanted` that the running topology does not have; undefined as long as there is no physical plan of
 * the packing plan in the tree. One of an earlier packing plan is about to be dropped, and all that was set with it.
 */
export function missingRuntimeConfig(tree: TopologyState, wanted: Values): Values | undefined {
  const topology = isCurrent(tree) ? tree.physicalPlan?.topology : undefined;
  if (topology === undefined) return undefined;
  const set = runtimeConfig(topology);
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => set.get(key) !== value));
}

/** Pure: what the running topology has for the keys that were recorded; as recorded where that cannot be known. */
export function observedRuntimeConfig(tree: TopologyState, recorded: Values): Values {
  const missing = missingRuntimeConfig(tree, recorded) ?? {};
  const set = tree.physicalPlan?.topology && runtimeConfig(tree.physicalPlan.topology);
  const found = Object.entries(recorded).map(([key, value]) => [key, key in missing ? set?.get(key) : value] as const);
  return Object.fromEntries(found.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
}

/** Pure: whether the physical plan has each Heron instance where the packing plan has it. */
export function isCurrent({ physicalPlan, plan }: TopologyState): boolean {
  if (physicalPlan === undefined || plan === undefined) return false;
  const planned = plan.containerPlans.flatMap(({ id, instancePlans }) =>
    instancePlans.map(({ taskId, componentName }) => `stmgr-${id} ${taskId} ${componentName}`),
  );
  const running = physicalPlan.instances.map(
    ({ stmgrId, info }) => `${stmgrId} ${info?.taskId ?? ""} ${info?.componentName ?? ""}`,
  );
  return planned.sort().join("\n") === running.sort().join("\n");
}
