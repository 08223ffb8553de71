import { isEffectivelyOnce, type Topology } from "../definition";
import type { PackingDefaults } from "./defaults";
import { keys, readBytes, readBytesByComponent, readCpu, readCpuByComponent } from "./options";
import { formatBytes, formatCpu, gibibyte } from "./units";

const daemonRam = gibibyte;

/** One of the two resources that round robin shares out, in its unit: bytes or cores. */
export interface Dimension {
  readonly name: "RAM" | "CPU";
  /** What the topology requests, by component. */
  readonly requested: ReadonlyMap<string, number>;
  /** What the topology gives a container, when it says. */
  readonly hint: number | undefined;
  /** A container's size when it does not. */
  readonly containerDefault: number;
  /** Kept in each container for Heron's own processes. */
  readonly padding: number;
  readonly instanceDefault: number;
  readonly divide: (amount: number, parts: number) => number;
  readonly hintKey: string;
  readonly mapKey: string;
  readonly format: (amount: number) => string;
}

/** @param largest the number of instances in the fullest container. */
export function ramDimension(topology: Topology, { instance }: PackingDefaults, largest: number): Dimension {
  const padding = ramPadding(topology);
  return {
    name: "RAM",
    requested: readBytesByComponent(topology, keys.ramMap),
    hint: readBytes(topology, keys.containerRam),
    containerDefault: instance.ram * largest + padding,
    padding,
    instanceDefault: instance.ram,
    divide: (amount, parts) => Math.round(amount / parts),
    hintKey: keys.containerRam,
    mapKey: keys.ramMap,
    format: formatBytes,
  };
}

/** @param largest the number of instances in the fullest container. */
export function cpuDimension(topology: Topology, { instance }: PackingDefaults, largest: number): Dimension {
  const padding = 1;
  return {
    name: "CPU",
    requested: readCpuByComponent(topology),
    hint: readCpu(topology, keys.containerCpu),
    containerDefault: Math.round(instance.cpu * largest + padding),
    padding,
    instanceDefault: instance.cpu,
    divide: (amount, parts) => amount / parts,
    hintKey: keys.containerCpu,
    mapKey: keys.cpuMap,
    format: formatCpu,
  };
}

/** Stream manager, metrics manager and, when the topology keeps state, checkpoint manager, unless given as a whole. */
function ramPadding(topology: Topology): number {
  const daemons =
    (readBytes(topology, keys.streamManagerRam) ?? daemonRam) +
    (readBytes(topology, keys.metricsManagerRam) ?? daemonRam) +
    (readBytes(topology, keys.checkpointManagerRam) ?? (isEffectivelyOnce(topology) ? daemonRam : 0));
  return readBytes(topology, keys.ramPadding) ?? daemons;
}
