import { clone } from "@bufbuild/protobuf";

import { UserError } from "../../errors";
import { type Component, type Topology, TopologySchema } from "../proto/gen/topology_pb";
import { stringEntry, textOf, topologyConfig, TopologyConfigError } from "./config";

const parallelismKey = "topology.component.parallelism";

/** A spout or bolt; `parallelism` is the number of its Heron instances. */
export interface TopologyComponent {
  readonly name: string;
  readonly kind: "spout" | "bolt";
  readonly parallelism: number;
}

/**
 * The topology's components, spouts before bolts, in the definition's order.
 *
 * @throws UserError when a component's parallelism is absent or not a whole number.
 */
export function components(topology: Topology): TopologyComponent[] {
  return [
    ...named(topology.spouts).map((component) => describe(component, "spout")),
    ...named(topology.bolts).map((component) => describe(component, "bolt")),
  ];
}

/**
 * Lays absolute instance counts over the definition's. Heron's own `update` writes them to the packing plan alone and
 * leaves the topology as it was submitted; here both say the same.
 *
 * @throws UserError for a component the topology does not have, or a count that is not a whole number from 1.
 */
export function withParallelism(topology: Topology, parallelism: Readonly<Record<string, number>>): Topology {
  checkParallelism(topology, parallelism);
  const changed = clone(TopologySchema, topology);
  for (const { name, config } of [...named(changed.spouts), ...named(changed.bolts)]) {
    const count = Object.hasOwn(parallelism, name) ? parallelism[name] : undefined;
    if (count === undefined || config === undefined) continue;
    const entry = stringEntry(parallelismKey, String(count));
    config.kvs = config.kvs.map((existing) => (existing.key === parallelismKey ? entry : existing));
  }
  return changed;
}

/**
 * A map by component in the topology's configuration, such as `topology.component.rammap`: `spout:1,bolt:2`.
 *
 * @throws TopologyConfigError when it is malformed or names a component the topology does not have.
 */
export function componentValues(topology: Topology, key: string): ReadonlyMap<string, string> {
  const names = components(topology).map((component) => component.name);
  const values = new Map<string, string>();
  for (const token of (topologyConfig(topology).get(key) ?? "").split(",")) {
    if (token.trim() === "") continue;
    const [name, value, ...rest] = token.split(":");
    if (name === undefined || value === undefined || value === "" || rest.some((part) => part !== "")) {
      throw new TopologyConfigError(topology.name, key, `holds '${token}', which is not of the form component:value.`);
    }
    if (!names.includes(name)) {
      const problem = `names '${name}', which is no component of the topology. It has ${listOf(names)}.`;
      throw new TopologyConfigError(topology.name, key, problem);
    }
    values.set(name, value);
  }
  return values;
}

function checkParallelism(topology: Topology, parallelism: Readonly<Record<string, number>>): void {
  const known = components(topology).map((component) => component.name);
  for (const [name, count] of Object.entries(parallelism)) {
    if (!known.includes(name)) {
      throw new UserError(
        `Parallelism is given for '${name}', which is no component of topology '${topology.name}'. ` +
          `It has ${listOf(known)}.`,
      );
    }
    if (!Number.isInteger(count) || count < 1) {
      throw new UserError(
        `Parallelism of '${name}' in topology '${topology.name}' is ${count}: give a whole number from 1. ` +
          `The topology has ${listOf(known)}.`,
      );
    }
  }
}

function describe(component: Component, kind: "spout" | "bolt"): TopologyComponent {
  const entry = component.config?.kvs.find(({ key }) => key === parallelismKey);
  const text = (entry === undefined ? undefined : textOf(entry))?.trim();
  if (text === undefined || !/^\+?\d+$/.test(text)) {
    throw new UserError(
      `The definition gives ${kind} '${component.name}' ` +
        (text === undefined ? `no ${parallelismKey}.` : `the ${parallelismKey} '${text}', which is no whole number.`),
    );
  }
  return { name: component.name, kind, parallelism: Number(text) };
}

function named(holders: readonly { readonly comp?: Component }[]): Component[] {
  return holders.flatMap(({ comp }) => comp ?? []);
}

function listOf(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(", ");
}
