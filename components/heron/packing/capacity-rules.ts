import { UserError } from "../../errors";
import { components, type Topology, TopologyConfigError } from "../definition";
import type { PackingDefaults } from "./defaults";
import { keys, readBytes, readBytesByComponent, readCpu, readCpuByComponent, readWhole } from "./options";
import type { Resources } from "./plan";
import { formatBytes, formatCpu, gibibyte, mebibyte } from "./units";

const defaultMaxInstances = 10;
const defaultPaddingPercentage = 10;
const leastPadding: Resources = { cpu: 1, ram: gibibyte, disk: gibibyte };
const minimumRam = 192 * mebibyte;

/** What ResourceCompliantRRPacking and FirstFitDecreasingPacking go by: containers of one capacity. */
export interface CapacityRules {
  readonly topology: string;
  /** The largest a container may become, padding included. */
  readonly capacity: Resources;
  /** Kept in each container for Heron's own processes. */
  readonly padding: Resources;
  /** Of that, what is kept however small a container is, and the part of its capacity that is kept of a large one. */
  readonly leastPadding: Resources;
  readonly paddingPercentage: number;
  readonly maxInstances: number;
  /** The resources of one instance, by component. */
  readonly resources: ReadonlyMap<string, Resources>;
}

/** @throws UserError when the topology's configuration says something Heron cannot read. */
export function capacityRules(topology: Topology, { instance }: PackingDefaults): CapacityRules {
  const maxInstances = readWhole(topology, keys.maxInstances) ?? defaultMaxInstances;
  const percentage = readWhole(topology, keys.paddingPercentage) ?? defaultPaddingPercentage;
  const capacity = {
    cpu: readCpu(topology, keys.containerCpu) ?? instance.cpu * maxInstances,
    ram: readBytes(topology, keys.containerRam) ?? instance.ram * maxInstances,
    disk: readBytes(topology, keys.containerDisk) ?? instance.disk * maxInstances,
  };
  const least = {
    cpu: readCpu(topology, keys.cpuPadding) ?? leastPadding.cpu,
    ram: readBytes(topology, keys.ramPadding) ?? leastPadding.ram,
    disk: leastPadding.disk,
  };
  const padding = {
    cpu: Math.max(least.cpu, (capacity.cpu * percentage) / 100),
    ram: Math.max(least.ram, percentageOf(capacity.ram, percentage)),
    disk: Math.max(least.disk, percentageOf(capacity.disk, percentage)),
  };
  return {
    topology: topology.name,
    capacity,
    padding,
    leastPadding: least,
    paddingPercentage: percentage,
    maxInstances,
    resources: resourcesOf(topology, instance),
  };
}

/**
 * Refuses components no container can ever take, which is where Heron fails.
 *
 * @param minimumCpu the least cores an instance may have, where the algorithm has such a limit.
 * @throws UserError
 */
export function checkComponents(rules: CapacityRules, names: Iterable<string>, minimumCpu = 0): void {
  for (const name of names) {
    const { cpu, ram } = resourcesOfComponent(rules, name);
    const component = `Component '${name}' of topology '${rules.topology}'`;
    if (ram < minimumRam) {
      throw new UserError(
        `${component} requests ${formatBytes(ram)} RAM an instance, and at least ${formatBytes(minimumRam)} is needed. ` +
          `Raise it in ${keys.ramMap}.`,
      );
    }
    if (cpu < minimumCpu) {
      throw new UserError(
        `${component} requests ${formatCpu(cpu)} an instance, and at least ${formatCpu(minimumCpu)} is needed. ` +
          `Raise it in ${keys.cpuMap}.`,
      );
    }
    checkCapacity(rules, name, component);
  }
}

export function resourcesOfComponent(rules: CapacityRules, name: string): Resources {
  const resources = rules.resources.get(name);
  if (resources === undefined) {
    throw new UserError(
      `The packing plan has the component '${name}', and the definition of topology '${rules.topology}' does not. ` +
        "Give the definition the topology runs with.",
    );
  }
  return resources;
}

function checkCapacity(
  { capacity, padding, maxInstances, ...rules }: CapacityRules,
  name: string,
  component: string,
): void {
  if (maxInstances < 1) {
    throw new TopologyConfigError(rules.topology, keys.maxInstances, `is ${maxInstances}: give a whole number from 1.`);
  }
  const instance = rules.resources.get(name) ?? capacity;
  const dimensions = [
    { name: "CPU", of: "cpu", key: keys.containerCpu, map: keys.cpuMap, format: formatCpu },
    { name: "RAM", of: "ram", key: keys.containerRam, map: keys.ramMap, format: formatBytes },
    { name: "disk", of: "disk", key: keys.containerDisk, map: keys.diskMap, format: formatBytes },
  ] as const;
  for (const { name: dimension, of, key, map, format } of dimensions) {
    const needed = padding[of] + instance[of];
    if (needed <= capacity[of]) continue;
    const raise =
      rules.paddingPercentage >= 100
        ? `Lower ${keys.paddingPercentage}, which is ${rules.paddingPercentage}`
        : `Raise ${key} to at least ${enoughFor(instance[of], rules.leastPadding[of], rules.paddingPercentage)}`;
    throw new UserError(
      `${component} fits into no container: one instance requests ${format(instance[of])} of ${dimension}, and of a ` +
        `container's ${format(capacity[of])} Heron's own processes keep ${format(padding[of])}. ` +
        `${raise}, or lower the component in ${map}.`,
    );
  }
}

/** The least capacity that holds an instance beside its own padding, which grows with it; in thousandths, rounded up. */
function enoughFor(instance: number, least: number, percentage: number): number {
  const beside = Math.ceil((instance * 1000 * 100) / (100 - percentage)) / 1000;
  return Math.max(instance + least, instance > 2 ** 30 ? Math.ceil(beside) : beside);
}

function resourcesOf(topology: Topology, instance: Resources): ReadonlyMap<string, Resources> {
  const rams = readBytesByComponent(topology, keys.ramMap);
  const cpus = readCpuByComponent(topology);
  const disks = readBytesByComponent(topology, keys.diskMap);
  return new Map(
    components(topology).map(({ name }) => [
      name,
      {
        cpu: cpus.get(name) ?? instance.cpu,
        ram: rams.get(name) ?? instance.ram,
        disk: disks.get(name) ?? instance.disk,
      },
    ]),
  );
}

function percentageOf(bytes: number, percentage: number): number {
  return Math.floor((bytes * percentage) / 100);
}
