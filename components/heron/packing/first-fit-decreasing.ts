import { type Topology, topologyConfig, TopologyConfigError } from "../definition";
import { type CapacityRules, capacityRules, checkComponents, resourcesOfComponent } from "./capacity-rules";
import type { PackingDefaults } from "./defaults";
import { keys } from "./options";
import { definedParallelism, growth, type Parallelism, shrinkage } from "./parallelism";
import type { PackingPlan, Resources } from "./plan";
import { PlanBuilder } from "./plan-builder";

const minimumCpu = 0.1;

/**
 * Heron's FirstFitDecreasingPacking: each instance, those with the largest requests first, goes into the first container
 * with room for it, or a new one. `topology.stmgrs` plays no part.
 *
 * @throws UserError where Heron fails.
 */
export function packFirstFit(topology: Topology, defaults: PackingDefaults): PackingPlan {
  const rules = capacityRules(topology, defaults);
  const builder = new PlanBuilder(rules, 1);
  place(topology, rules, builder, definedParallelism(topology));
  return builder.build(topology.id);
}

/**
 * Keeps every instance where it is but those that are no longer wanted, and places the new ones as
 * {@link packFirstFit} does.
 *
 * @throws UserError where Heron fails.
 */
export function repackFirstFit(
  topology: Topology,
  defaults: PackingDefaults,
  current: PackingPlan,
  changes: Parallelism,
): PackingPlan {
  const rules = capacityRules(topology, defaults);
  const builder = new PlanBuilder(rules, current.containers.length, current);
  const removals = shrinkage(changes);
  for (const component of largestFirst(topology, rules, removals)) {
    builder.remove(component, removals.get(component) ?? 0);
  }
  place(topology, rules, builder, growth(changes));
  return builder.build(topology.id);
}

function place(topology: Topology, rules: CapacityRules, builder: PlanBuilder, parallelism: Parallelism): void {
  checkComponents(rules, parallelism.keys(), minimumCpu);
  let previous: Resources | undefined;
  let at = 0;
  for (const component of largestFirst(topology, rules, parallelism)) {
    const resource = resourcesOfComponent(rules, component);
    // A container that has no room for an instance has none for the next of the same size.
    if (previous === undefined || !isSame(previous, resource)) at = 0;
    previous = resource;
    for (let count = parallelism.get(component) ?? 0; count > 0; count -= 1) {
      at = firstWithRoom(rules, builder, resource, at) ?? openAnother(builder);
      const container = builder.inOrder[at];
      if (container !== undefined) builder.add(container, component);
    }
  }
}

/** The position of the first container with room, from `start` on. */
function firstWithRoom(
  { maxInstances }: CapacityRules,
  { inOrder }: PlanBuilder,
  resource: Resources,
  start: number,
): number | undefined {
  for (let at = start; at < inOrder.length; at += 1) {
    const container = inOrder[at];
    if (container !== undefined && container.size < maxInstances && container.fits(resource)) return at;
  }
  return undefined;
}

/** Opens a container and returns its position. */
function openAnother(builder: PlanBuilder): number {
  for (;;) {
    builder.containerCount += 1;
    const container = builder.container(builder.containerCount);
    // Heron counts on ids without gaps, and gives up where the id is that of a container in use.
    if (container.size === 0) return builder.inOrder.lastIndexOf(container);
  }
}

function isSame(one: Resources, other: Resources): boolean {
  return one.cpu === other.cpu && one.ram === other.ram && one.disk === other.disk;
}

function largestFirst(topology: Topology, rules: CapacityRules, parallelism: Parallelism): string[] {
  const [first, second] = sortingOrder(topology);
  return [...parallelism.keys()].sort((one, other) => {
    const [a, b] = [resourcesOfComponent(rules, one), resourcesOfComponent(rules, other)];
    return b[first] - a[first] || b[second] - a[second];
  });
}

function sortingOrder(topology: Topology): [keyof Resources, keyof Resources] {
  const strategy = topologyConfig(topology).get(keys.sortingStrategy) ?? "RAM_FIRST";
  switch (strategy.toUpperCase()) {
    case "RAM_FIRST":
      return ["ram", "cpu"];
    case "CPU_FIRST":
      return ["cpu", "ram"];
    default:
      throw new TopologyConfigError(
        topology.name,
        keys.sortingStrategy,
        `is '${strategy}': give RAM_FIRST or CPU_FIRST.`,
      );
  }
}
