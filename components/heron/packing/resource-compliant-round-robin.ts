import { UserError } from "../../errors";
import type { Topology } from "../definition";
import { type CapacityRules, capacityRules, checkComponents, resourcesOfComponent } from "./capacity-rules";
import type { PackingDefaults } from "./defaults";
import type { OpenContainer } from "./open-container";
import { containerCount, keys, readBytesByComponent } from "./options";
import { definedParallelism, growth, type Parallelism, shrinkage, totalInstances } from "./parallelism";
import type { PackingPlan, Resources } from "./plan";
import { PlanBuilder } from "./plan-builder";
import { maxContainerResources } from "./plan-resources";
import { dimensions, leastAdditionalContainers, overflows, sumOf } from "./room";

/**
 * Heron's ResourceCompliantRRPacking: instances are dealt in turn to `topology.stmgrs` containers, or to as many more as
 * it takes for none to exceed its capacity.
 *
 * @throws UserError where Heron fails.
 */
export function packResourceCompliant(topology: Topology, defaults: PackingDefaults): PackingPlan {
  const rules = capacityRules(topology, defaults);
  const parallelism = definedParallelism(topology);
  checkComponents(rules, parallelism.keys());
  const instances = totalInstances(parallelism);
  const first = Math.min(containerCount(topology), instances);
  const least = first < 1 ? first : Math.max(first, leastAdditionalContainers(rules, parallelism, []));
  for (let count = least; count <= instances; count += 1) {
    // Heron deals to each count from the first on; of most it can be told without dealing that they are too few.
    if (overflows(rules, parallelism, count)) continue;
    const builder = new PlanBuilder(rules, count);
    if (dealStrictly(rules, builder, parallelism)) return builder.build(topology.id);
  }
  throw noRoom(topology, instances);
}

/**
 * Keeps every instance where it is but those that are no longer wanted, and deals the new ones to the containers with
 * room, beginning with the first. Never goes beyond as many containers as the definition has instances.
 *
 * @throws UserError where Heron fails.
 */
export function repackResourceCompliant(
  topology: Topology,
  defaults: PackingDefaults,
  current: PackingPlan,
  changes: Parallelism,
): PackingPlan {
  const rules = capacityRules(topology, defaults);
  const added = growth(changes);
  checkComponents(rules, added.keys());
  const instances = totalInstances(definedParallelism(topology));
  let count = current.containers.length + additionalContainers(topology, defaults, current, changes);
  for (;;) {
    const builder = new PlanBuilder(rules, count, current);
    for (const [component, removals] of shrinkage(changes)) builder.remove(component, removals);
    const kept = builder.inOrder.slice(0, current.containers.length);
    const least = kept.length + leastAdditionalContainers(rules, added, kept);
    if (count >= least && dealFlexibly(rules, builder, added)) return builder.build(topology.id);
    // Heron tries one container more each time; below `least` there is not enough room in all of them together.
    count = Math.max(count + 1, least);
    if (count > instances) throw noRoom(topology, instances);
  }
}

/** Deals to one container after the other; false as soon as one has no room. */
function dealStrictly(rules: CapacityRules, builder: PlanBuilder, parallelism: Parallelism): boolean {
  let id = 1;
  for (const [component, count] of parallelism) {
    const resource = resourcesOfComponent(rules, component);
    for (let dealt = 0; dealt < count; dealt += 1) {
      const container = builder.container(id);
      if (!container.fits(resource)) return false;
      builder.add(container, component);
      id = following(id, builder);
    }
  }
  return true;
}

/** Deals to one container after the other, passing over those without room; false when none has any. */
function dealFlexibly(rules: CapacityRules, builder: PlanBuilder, parallelism: Parallelism): boolean {
  let id = 1;
  for (const [component, count] of parallelism) {
    const resource = resourcesOfComponent(rules, component);
    for (let dealt = 0; dealt < count; dealt += 1) {
      const container = firstWithRoom(builder, resource, id);
      if (container === undefined) return false;
      builder.add(container, component);
      id = following(container.id, builder);
    }
  }
  return true;
}

function following(id: number, { containerCount: last }: PlanBuilder): number {
  return id === last ? 1 : id + 1;
}

function firstWithRoom(builder: PlanBuilder, resource: Resources, from: number): OpenContainer | undefined {
  builder.grow();
  for (const container of startingAt(builder, from)) {
    builder.grow();
    if (container.fits(resource)) return container;
  }
  return undefined;
}

/** The containers there are at this moment, from the id `first` on and then from the lowest. */
function* startingAt(builder: PlanBuilder, first: number): Iterable<OpenContainer> {
  const { inOrder, containerCount: wrap } = builder;
  const { length } = inOrder;
  if ((inOrder.at(-1)?.id ?? 0) <= wrap) {
    const start = Math.max(
      0,
      inOrder.findIndex(({ id }) => id >= first),
    );
    for (let step = 0; step < length; step += 1) {
      const container = inOrder[(start + step) % length];
      if (container !== undefined) yield container;
    }
  } else {
    // With gaps in the ids, Heron's ranking lets the low ones in among the high.
    const rank = ({ id }: OpenContainer) => (id >= first ? id - first : id + wrap);
    yield* builder.inTableOrder.sort((one, other) => rank(one) - rank(other));
  }
}

/** How many more of the largest container the added instances take, by Heron's reckoning, less the removed ones. */
function additionalContainers(
  topology: Topology,
  defaults: PackingDefaults,
  current: PackingPlan,
  changes: Parallelism,
): number {
  const added = estimate(topology, defaults, growth(changes));
  const removed = estimate(topology, defaults, shrinkage(changes));
  const largest = maxContainerResources(current);
  if (dimensions.some((of) => largest[of] === 0)) {
    throw new UserError(
      `The packing plan of topology '${topology.name}' has containers of 0 cpu, ram or disk, which Heron cannot repack. ` +
        `Raise ${keys.cpuPadding} or ${keys.cpuMap} and submit the topology anew.`,
    );
  }
  return Math.max(...dimensions.map((of) => Math.ceil(Math.max(0, added[of] - removed[of]) / largest[of])));
}

/** Heron estimates by the ram map alone and takes the default for cores and disk. */
function estimate(topology: Topology, { instance }: PackingDefaults, counts: Parallelism): Resources {
  const rams = readBytesByComponent(topology, keys.ramMap);
  return sumOf(
    [...counts].map(([name, count]) => ({
      cpu: count * instance.cpu,
      ram: count * (rams.get(name) ?? instance.ram),
      disk: count * instance.disk,
    })),
  );
}

function noRoom(topology: Topology, instances: number): UserError {
  return new UserError(
    `ResourceCompliantRRPacking finds no room for all instances of topology '${topology.name}': it would take more ` +
      `containers than the definition has instances (${instances}), and there it stops. Let containers be larger ` +
      `(${keys.containerCpu}, ${keys.containerRam}, ${keys.containerDisk}), or pack with FirstFitDecreasingPacking.`,
  );
}
