import { clearField, clone, create } from "@bufbuild/protobuf";

import type { ConfValue } from "../../cluster-args";
import { ArgumentError, UserError } from "../../errors";
import {
  type Config,
  type Config_KeyValue,
  Config_KeyValueSchema,
  ConfigSchema,
  ConfigValueType,
  type Topology,
  TopologySchema,
} from "../proto/gen/topology_pb";
import { readJavaString } from "./java-string";

const containerCountKey = "topology.stmgrs";

/** A value of a topology's configuration that cannot be: its main has set it, or whoever laid another over it. */
export class TopologyConfigError extends UserError {
  constructor(
    topology: string,
    readonly key: string,
    /** What is wrong, to be read after the key. */
    readonly problem: string,
  ) {
    super(`Topology '${topology}': ${key} ${problem}`);
  }
}

/**
 * The topology's configuration as text by key. Values that heron-api wrote as Java-serialised strings (keys it does not
 * know, such as `topology.team.environment`) are read too; other serialised values are left out. Of a repeated key the
 * first counts, as in Heron.
 */
export function topologyConfig(topology: Topology): ReadonlyMap<string, string> {
  return textsOf(topology.topologyConfig);
}

/** The configuration of a spout or bolt alone, as {@link topologyConfig} reads it. */
export function componentConfigs({
  spouts,
  bolts,
}: Topology): readonly { readonly name: string; readonly config: ReadonlyMap<string, string> }[] {
  return [...spouts, ...bolts].flatMap(({ comp }) =>
    comp === undefined ? [] : [{ name: comp.name, config: textsOf(comp.config) }],
  );
}

function textsOf(config: Config | undefined): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const entry of config?.kvs ?? []) {
    const text = textOf(entry);
    if (text !== undefined && !values.has(entry.key)) values.set(entry.key, text);
  }
  return values;
}

/** Whether its containers restore their state from a checkpoint, all together, whenever one of them restarts. */
export function isEffectivelyOnce(topology: Topology): boolean {
  return topologyConfig(topology).get("topology.reliability.mode") === "EFFECTIVELY_ONCE";
}

/**
 * Lays `overrides` over the topology's configuration as plain strings: in place where the key exists (whatever the type
 * it had), else appended in the order given.
 *
 * @throws ArgumentError when a number is not finite.
 */
export function withConfig(topology: Topology, overrides: Readonly<Record<string, ConfValue>>): Topology {
  const changed = clone(TopologySchema, topology);
  const config = (changed.topologyConfig ??= create(ConfigSchema));
  for (const [key, value] of Object.entries(overrides)) {
    const entry = stringEntry(key, textOfValue(key, value));
    if (config.kvs.some((existing) => existing.key === key)) {
      config.kvs = config.kvs.map((existing) => (existing.key === key ? entry : existing));
    } else {
      config.kvs.push(entry);
    }
  }
  return changed;
}

/**
 * The topology with its container count (`topology.stmgrs`, container 0 not counted) set to that of its packing plan,
 * as Heron's submitter corrects it before it writes the state tree: in place and untyped. Where the key is absent, which
 * the submitter leaves at a count that does not match, it is appended. The same topology when the count is right.
 */
export function withContainerCount(topology: Topology, containers: number): Topology {
  if (containerCountOf(topology) === containers) return topology;
  const changed = withConfig(topology, { [containerCountKey]: containers });
  for (const entry of changed.topologyConfig?.kvs ?? []) {
    if (entry.key === containerCountKey) clearField(entry, Config_KeyValueSchema.field.type);
  }
  return changed;
}

function containerCountOf(topology: Topology): number {
  return Number(topologyConfig(topology).get(containerCountKey) ?? "1");
}

/** A configuration entry of Heron's type STRING_VALUE. */
export function stringEntry(key: string, value: string): Config_KeyValue {
  return create(Config_KeyValueSchema, { key, value, type: ConfigValueType.STRING_VALUE });
}

/** The entry's text: a plain string or a Java-serialised one. */
export function textOf(entry: Config_KeyValue): string | undefined {
  return entry.type === ConfigValueType.JAVA_SERIALIZED_VALUE
    ? readJavaString(entry.serializedValue)
    : plainText(entry);
}

function plainText(entry: Config_KeyValue): string | undefined {
  return entry.type === ConfigValueType.PYTHON_SERIALIZED_VALUE ? undefined : entry.value;
}

function textOfValue(key: string, value: ConfValue): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new ArgumentError([{ path: ["config", key], message: `is ${value}: give a finite number.` }]);
  }
  // Heron parses integers digit by digit, and String() writes large ones with an exponent.
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value).toString() : String(value);
}
