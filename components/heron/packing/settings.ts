import { UserError } from "../../errors";
import { components, type Topology, topologyConfig } from "../definition";
import { hashMapOrder } from "./java-hash-map";
import type { Resources } from "./plan";

export const MiB = 1024 * 1024;
export const GiB = 1024 * MiB;

/** What an instance takes unless the topology says otherwise: `heron.resources.instance.{cpu,ram,disk}`. */
export const defaultInstance: Resources = { cpu: 1, ram: GiB, disk: GiB };

/** What the packing algorithms read of a topology. */
export interface PackingSettings {
  readonly topologyId: string;
  /** Instances by component, in the order of Heron's HashMap. */
  readonly parallelism: ReadonlyMap<string, number>;
  /** `topology.stmgrs`. */
  readonly containers: number;
  /** Bytes by component (`topology.component.rammap`), cores (`cpumap`), bytes (`diskmap`). */
  readonly ramMap: ReadonlyMap<string, number>;
  readonly cpuMap: ReadonlyMap<string, number>;
  readonly diskMap: ReadonlyMap<string, number>;
  /** A number of the topology's configuration; undefined where it says nothing. */
  readonly number: (key: string) => number | undefined;
  readonly text: (key: string) => string | undefined;
  readonly instance: Resources;
}

/** Reads the settings. @throws UserError that names the key and what it should hold */
export function packingSettings(topology: Topology, instance: Resources = defaultInstance): PackingSettings {
  const config = topologyConfig(topology);
  const counts = new Map(components(topology).map(({ name, parallelism }) => [name, parallelism]));
  const number = (key: string): number | undefined => {
    const text = config.get(key)?.trim();
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text === "" || !Number.isFinite(value)) {
      throw new UserError(
        `${topology.name}: ${key} is '${text}', but must be a plain number (bytes, cores or a count).`,
      );
    }
    return value;
  };
  const map = (key: string): ReadonlyMap<string, number> => componentMap(config.get(key), key, topology.name, counts);
  return {
    topologyId: topology.id,
    parallelism: new Map(hashMapOrder([...counts.keys()]).map((name) => [name, counts.get(name) ?? 0])),
    containers: number("topology.stmgrs") ?? 1,
    ramMap: map("topology.component.rammap"),
    cpuMap: map("topology.component.cpumap"),
    diskMap: map("topology.component.diskmap"),
    number,
    text: (key) => config.get(key),
    instance,
  };
}

/** `component:value,component:value`. */
function componentMap(
  text: string | undefined,
  key: string,
  topology: string,
  known: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const entries = new Map<string, number>();
  for (const token of (text ?? "").split(",").filter((each) => each.trim() !== "")) {
    const [component = "", value, ...rest] = token.split(":");
    if (value === undefined || rest.length > 0 || !Number.isFinite(Number(value))) {
      throw new UserError(`${topology}: ${key} holds '${token}'. Write component:number, separated by commas.`);
    }
    if (!known.has(component)) {
      throw new UserError(
        `${topology}: ${key} names the component '${component}', which the topology does not have. ` +
          `It has ${[...known.keys()].join(", ")}.`,
      );
    }
    entries.set(component, Number(value));
  }
  return entries;
}

/** Components by ram, largest first; equal ones stay in the order given. */
export function byRamDescending(names: readonly string[], ram: (name: string) => number): string[] {
  return [...names].sort((a, b) => ram(b) - ram(a));
}

/** java.lang.Math.round. */
export function javaRound(value: number): number {
  return Math.floor(value + 0.5);
}

/** Bytes as a reader would say them. */
export function bytes(count: number): string {
  if (count >= GiB) return `${trimmed(count / GiB)} GiB`;
  return count >= MiB ? `${trimmed(count / MiB)} MiB` : `${count} bytes`;
}

function trimmed(value: number): string {
  return String(Math.round(value * 100) / 100);
}
