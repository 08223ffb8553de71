import { runtimeConfig } from "../heron/definition";
import type { TopologyState } from "../heron/state";
import type { OldInputs } from "./changes";
import type { AuroraJobInputs } from "./inputs";

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

/** Configuration that is to be changed at run time, in words; undefined when it stays. */
export function describeRuntimeConfig(olds: OldInputs, news: AuroraJobInputs): string | undefined {
  const [before, after] = [olds.runtimeConfig ?? {}, news.runtimeConfig ?? {}];
  const set = Object.entries(after).filter(([key, value]) => before[key] !== value);
  const dropped = Object.keys(before).filter((key) => !(key in after));
  const words = [
    ...set.map(([key, value]) => `${key} = ${value}`),
    ...(dropped.length === 0 ? [] : [`${dropped.join(", ")} left as set until the containers are packed anew`]),
  ];
  return words.length === 0 ? undefined : `runtime config ${words.join(", ")}`;
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
