import { inHashOrder } from "./java-hash-set";
import type { PackingPlan, Resources } from "./plan";

/** The largest of each dimension over the containers: of what they are granted, else of what they require. */
export function maxContainerResources(plan: PackingPlan): Resources {
  const containers = plan.containers.map((container) => container.scheduledResource ?? container.requiredResource);
  return {
    cpu: Math.max(0, ...containers.map(({ cpu }) => cpu)),
    ram: Math.max(0, ...containers.map(({ ram }) => ram)),
    disk: Math.max(0, ...containers.map(({ disk }) => disk)),
  };
}

/**
 * The plan as Heron's AuroraScheduler runs it: all containers alike, each granted the largest of each dimension.
 * @param scheduledResource what each is granted where that is more
 */
export function schedule(plan: PackingPlan, scheduledResource = maxContainerResources(plan)): PackingPlan {
  return { ...plan, containers: plan.containers.map((container) => ({ ...container, scheduledResource })) };
}

/** Each component's smallest instance ram in bytes, in the order of Heron's `component-ram-map` argument. */
export function componentRamMap(plan: PackingPlan): Map<string, number> {
  const smallest = new Map<string, number>();
  for (const { instances } of plan.containers) {
    for (const { component, resource } of instances) {
      smallest.set(component, Math.min(resource.ram, smallest.get(component) ?? Infinity));
    }
  }
  return inComponentOrder(smallest);
}

/** The number of instances of each component, in Heron's order. */
export function componentCounts(plan: PackingPlan): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { instances } of plan.containers) {
    for (const { component } of instances) counts.set(component, (counts.get(component) ?? 0) + 1);
  }
  return inComponentOrder(counts);
}

function inComponentOrder(values: ReadonlyMap<string, number>): Map<string, number> {
  return new Map(inHashOrder(values.keys()).map((component) => [component, values.get(component) ?? 0]));
}
