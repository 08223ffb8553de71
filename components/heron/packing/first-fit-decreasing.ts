import { UserError } from "../../errors";
import { PlanBuilder } from "./builder";
import { hashMapOrder } from "./java-hash-map";
import { leastResources } from "./least-resources";
import { containerLimits, instanceResources } from "./limits";
import type { PackingPlan } from "./plan";
import type { PackingSettings } from "./settings";

const leastCpu = 0.1;

/**
 * Heron's FirstFitDecreasingPacking: the largest components first, each instance into the first container with room.
 * @throws UserError where Heron refuses
 */
export function packFirstFit(settings: PackingSettings): PackingPlan {
  const order = decreasing(settings, [...settings.parallelism.keys()]);
  leastResources(settings, order, { cpu: leastCpu });
  const builder = newBuilder(settings);
  let containers = 0;
  for (const component of order) {
    containers = place(builder, component, settings.parallelism.get(component) ?? 0, containers);
  }
  return builder.build();
}

/**
 * Heron's repacking: instances are taken out, then put in where there is room, so that the others stay.
 * @param changes instances to add (positive) or to take (negative), by component
 */
export function repackFirstFit(
  settings: PackingSettings,
  current: PackingPlan,
  changes: ReadonlyMap<string, number>,
): PackingPlan {
  const names = hashMapOrder([...changes.keys()]);
  leastResources(settings, names, { cpu: leastCpu });
  const builder = newBuilder(settings, current);
  for (const component of decreasing(settings, names)) {
    for (let left = -(changes.get(component) ?? 0); left > 0; left--) builder.remove(component);
  }
  let containers = current.containers.length;
  for (const component of decreasing(settings, names)) {
    containers = place(builder, component, changes.get(component) ?? 0, containers);
  }
  return builder.build();
}

/** Places instances and returns the number of containers as Heron counts it, which names the next one. */
function place(builder: PlanBuilder, component: string, count: number, containers: number): number {
  let known = containers;
  for (let left = count; left > 0; left--) {
    if (known === 0) builder.grow(++known);
    if (builder.addToFirst(component) !== undefined) continue;
    known += 1;
    builder.grow(known);
    const obstacle = builder.obstacle(known, component);
    if (obstacle !== undefined) {
      throw new UserError(
        `FirstFitDecreasingPacking cannot place an instance of '${component}': in container ${known} ${obstacle}.`,
      );
    }
    builder.add(known, component);
  }
  return known;
}

function decreasing(settings: PackingSettings, names: readonly string[]): string[] {
  const need = (name: string) => instanceResources(settings, name);
  const strategy = (settings.text("topology.packing.ffd.sorting.strategy") ?? "RAM_FIRST").toUpperCase();
  if (strategy !== "RAM_FIRST" && strategy !== "CPU_FIRST") {
    throw new UserError(`topology.packing.ffd.sorting.strategy is '${strategy}'. Heron knows RAM_FIRST and CPU_FIRST.`);
  }
  return [...names].sort((a, b) => {
    const ram = need(b).ram - need(a).ram;
    const cpu = need(b).cpu - need(a).cpu;
    return strategy === "RAM_FIRST" ? ram || cpu : cpu || ram;
  });
}

function newBuilder(settings: PackingSettings, existing?: PackingPlan): PlanBuilder {
  return new PlanBuilder(
    settings.topologyId,
    containerLimits(settings),
    (component) => instanceResources(settings, component),
    true,
    existing,
  );
}
