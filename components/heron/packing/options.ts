import { componentValues, type Topology, topologyConfig, TopologyConfigError } from "../definition";

/** The keys of a topology's configuration that the packing algorithms read. */
export const keys = {
  containers: "topology.stmgrs",
  containerCpu: "topology.container.cpu",
  containerRam: "topology.container.ram",
  containerDisk: "topology.container.disk",
  maxInstances: "topology.container.max.instances",
  paddingPercentage: "topology.container.padding.percentage",
  cpuPadding: "topology.container.cpu.padding",
  ramPadding: "topology.container.ram.padding",
  streamManagerRam: "topology.stmgr.ram",
  metricsManagerRam: "topology.metricsmgr.ram",
  checkpointManagerRam: "topology.stateful.checkpointmanager.ram",
  cpuMap: "topology.component.cpumap",
  ramMap: "topology.component.rammap",
  diskMap: "topology.component.diskmap",
  sortingStrategy: "topology.packing.ffd.sorting.strategy",
} as const;

const wholeNumber = /^[+-]?\d+$/;
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?[df]?$/i;

/** The container count, container 0 not counted: `topology.stmgrs`, 1 when absent. May be below 1. */
export function containerCount(topology: Topology): number {
  return readWhole(topology, keys.containers) ?? 1;
}

/** A count or percentage, undefined when absent. @throws TopologyConfigError when it is no whole number. */
export function readWhole(topology: Topology, key: string): number | undefined {
  const text = topologyConfig(topology).get(key);
  return text === undefined ? undefined : parseWhole(topology, key, text.trim(), "a whole number");
}

/** Bytes, undefined when absent. @throws TopologyConfigError when it is no whole number from 0. */
export function readBytes(topology: Topology, key: string): number | undefined {
  const text = topologyConfig(topology).get(key);
  return text === undefined ? undefined : parseBytes(topology, key, text);
}

/** Cores, undefined when absent. @throws TopologyConfigError when it is no number from 0. */
export function readCpu(topology: Topology, key: string): number | undefined {
  const text = topologyConfig(topology).get(key);
  return text === undefined ? undefined : parseCpu(topology, key, text);
}

/** Bytes by component. @throws TopologyConfigError */
export function readBytesByComponent(topology: Topology, key: string): ReadonlyMap<string, number> {
  return mapValues(componentValues(topology, key), (text) => parseBytes(topology, key, text));
}

/** Cores by component. @throws TopologyConfigError */
export function readCpuByComponent(topology: Topology): ReadonlyMap<string, number> {
  return mapValues(componentValues(topology, keys.cpuMap), (text) => parseCpu(topology, keys.cpuMap, text));
}

function parseBytes(topology: Topology, key: string, text: string): number {
  const bytes = parseWhole(topology, key, text, "a whole number of bytes from 0");
  if (bytes < 0) throw notA(topology, key, text, "a whole number of bytes from 0");
  return bytes;
}

function parseWhole(topology: Topology, key: string, text: string, expected: string): number {
  if (!wholeNumber.test(text)) throw notA(topology, key, text, expected);
  if (!Number.isSafeInteger(Number(text))) throw notA(topology, key, text, `${expected} below 8 PiB`);
  return Number(text);
}

function parseCpu(topology: Topology, key: string, text: string): number {
  const cores = decimal.test(text.trim()) ? Number.parseFloat(text) : Number.NaN;
  if (!Number.isFinite(cores) || cores < 0) throw notA(topology, key, text, "a number of cores from 0");
  return cores;
}

function notA(topology: Topology, key: string, text: string, expected: string): TopologyConfigError {
  return new TopologyConfigError(topology.name, key, `is '${text}', which is not ${expected}.`);
}

function mapValues<V, W>(map: ReadonlyMap<string, V>, change: (value: V) => W): ReadonlyMap<string, W> {
  return new Map([...map].map(([name, value]) => [name, change(value)]));
}
