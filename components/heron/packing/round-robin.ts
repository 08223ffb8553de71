import { ArgumentError } from "../../errors";
import { type Topology, TopologyConfigError } from "../definition";
import type { PackingDefaults } from "./defaults";
import { hashOfContainer, hashOfInstance, hashOfInstanceId } from "./java-hash";
import { filled, JavaHashSet } from "./java-hash-set";
import { containerCount, keys, readBytes, readBytesByComponent } from "./options";
import { definedParallelism, type Parallelism, parallelismChanges, totalInstances } from "./parallelism";
import type { ContainerPlan, InstancePlan, PackingPlan } from "./plan";
import { componentCounts } from "./plan-resources";
import { cpuDimension, ramDimension } from "./round-robin-dimensions";
import { checkRam, type DealtContainer, type InstanceSlot, type RoundRobinRules, total } from "./round-robin-rules";
import { gibibyte } from "./units";

const diskPadding = 12 * gibibyte;

/**
 * Heron's RoundRobinPacking and RoundRobinPackingV2, told apart by `rules`: the instances of one component after the
 * other, those with the largest ram request first, are dealt to `topology.stmgrs` containers in turn.
 *
 * @throws UserError where Heron fails.
 */
export function packRoundRobin(topology: Topology, rules: RoundRobinRules, defaults: PackingDefaults): PackingPlan {
  return pack(topology, rules, defaults, definedParallelism(topology), containerCount(topology));
}

/**
 * Deals everything anew: to `containers`, or, when absent or what the plan has, to so many that there are no more
 * instances a container than the definition asks for.
 *
 * @throws UserError where Heron fails.
 */
export function repackRoundRobin(
  topology: Topology,
  rules: RoundRobinRules,
  defaults: PackingDefaults,
  current: PackingPlan,
  parallelism: Readonly<Record<string, number>>,
  containers?: number,
): PackingPlan {
  const counts = componentCounts(current);
  for (const [name, change] of parallelismChanges(current, parallelism)) {
    counts.set(name, (counts.get(name) ?? 0) + change);
  }
  const instances = totalInstances(counts);
  if (containers !== undefined && containers > instances) {
    const message = `asks for ${containers} containers, and there are ${instances} instances: give a containerNumber of ${instances} or less, or raise the parallelism.`;
    throw new ArgumentError([{ path: ["containerNumber"], message }]);
  }
  const keepsDensity = containers === undefined || containers === current.containers.length;
  return pack(topology, rules, defaults, counts, keepsDensity ? proportionate(topology, counts) : containers);
}

function pack(
  topology: Topology,
  rules: RoundRobinRules,
  defaults: PackingDefaults,
  parallelism: Parallelism,
  containers: number,
): PackingPlan {
  checkContainerCount(topology, containers, totalInstances(parallelism));
  const dealt = deal(parallelism, largestRamFirst(topology, parallelism), containers);
  const largest = dealt.reduce((most, { instances }) => Math.max(most, instances.length), 0);
  const ram = ramDimension(topology, defaults, largest);
  const cpu = cpuDimension(topology, defaults, largest);
  const rams = dealt.map((container) => rules.shareOut(topology, container, ram));
  const cpus = dealt.map((container) => rules.shareOut(topology, container, cpu));
  const { disk } = defaults.instance;
  const containerDisk = readBytes(topology, keys.containerDisk) ?? disk * largest + diskPadding;

  const plans = dealt.map(({ id, instances }, at): ContainerPlan => {
    const [ramShares = [], cpuShares = []] = [rams[at], cpus[at]];
    const placed = instances.map(({ component, taskId, componentIndex }, index): InstancePlan => {
      const resource = { cpu: cpuShares[index] ?? 0, ram: ramShares[index] ?? 0, disk };
      return { component, taskId, componentIndex, resource };
    });
    for (const instance of placed) checkRam(topology, instance, id, rules);
    const requiredResource = {
      cpu: cpu.hint ?? total(cpuShares) + cpu.padding,
      ram: Math.min(total(ramShares) + ram.padding, ram.hint ?? Infinity),
      disk: containerDisk,
    };
    return { id, requiredResource, instances: inTableOrder(placed) };
  });
  return { id: topology.id, containers: [...filled(new JavaHashSet(hashOfContainer), plans)] };
}

function proportionate(topology: Topology, counts: Parallelism): number {
  const density = totalInstances(definedParallelism(topology)) / containerCount(topology);
  return Math.ceil(totalInstances(counts) / density);
}

function checkContainerCount(topology: Topology, containers: number, instances: number): void {
  if (!Number.isInteger(containers) || containers < 1) {
    throw new TopologyConfigError(topology.name, keys.containers, `is ${containers}: give a whole number from 1.`);
  }
  if (containers <= instances) return;
  // What a document lays over the definition comes after: raising that would change nothing.
  const problem =
    `asks for ${containers} containers, and the definition has ${instances} instances: give ${instances} or less. ` +
    "For a document's own parallelism its containerNumber says how many.";
  throw new TopologyConfigError(topology.name, keys.containers, problem);
}

/** The components by the ram they request, those that request none last; ties in Heron's order. */
function largestRamFirst(topology: Topology, parallelism: Parallelism): string[] {
  const ramMap = readBytesByComponent(topology, keys.ramMap);
  return [...parallelism.keys()].sort((one, other) => (ramMap.get(other) ?? 0) - (ramMap.get(one) ?? 0));
}

function deal(parallelism: Parallelism, order: readonly string[], containers: number): DealtContainer[] {
  const hands = Array.from({ length: containers }, (): InstanceSlot[] => []);
  let dealt = 0;
  for (const component of order) {
    const count = parallelism.get(component) ?? 0;
    for (let componentIndex = 0; componentIndex < count; componentIndex += 1) {
      const hand = hands[dealt % containers];
      dealt += 1;
      hand?.push({ component, taskId: dealt, componentIndex });
    }
  }
  return hands.map((instances, at) => ({ id: at + 1, instances }));
}

/** Heron collects a container's instances in a map by id and copies its values to a set. */
function inTableOrder(instances: readonly InstancePlan[]): InstancePlan[] {
  const byId = filled(new JavaHashSet<InstancePlan>(hashOfInstanceId), instances);
  return [...filled(new JavaHashSet(hashOfInstance, instances.length), byId)];
}
