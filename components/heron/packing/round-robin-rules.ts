import { UserError } from "../../errors";
import type { Topology } from "../definition";
import { keys } from "./options";
import type { InstancePlan } from "./plan";
import type { Dimension } from "./round-robin-dimensions";
import { formatBytes, mebibyte } from "./units";

/** An instance that is dealt to a container, its resources not yet settled. */
export type InstanceSlot = Omit<InstancePlan, "resource">;

export interface DealtContainer {
  readonly id: number;
  readonly instances: readonly InstanceSlot[];
}

/** Where the two versions of round robin part. */
export interface RoundRobinRules {
  readonly algorithm: string;
  /** The least ram an instance may have, in bytes. */
  readonly minimumRam: number;
  /**
   * What each of the container's instances gets of the dimension, in their order.
   *
   * @throws UserError when the container cannot give it.
   */
  readonly shareOut: (topology: Topology, container: DealtContainer, dimension: Dimension) => number[];
}

/**
 * RoundRobinPacking: instances that the dimension's map does not name share evenly what the others and the padding leave
 * of the container. The padding gives way when the named ones reach into it.
 */
export const splitTheRest: RoundRobinRules = {
  algorithm: "RoundRobinPacking",
  minimumRam: 16 * mebibyte,
  shareOut: (topology, container, dimension) => {
    const { requested, hint, padding, containerDefault } = dimension;
    const named = container.instances.filter(({ component }) => requested.has(component));
    const used = total(named.map(({ component }) => requested.get(component) ?? 0));
    checkHint(topology, container, dimension, used);
    const paddingGivesWay = hint !== undefined && used > hint - padding;
    const size = hint ?? containerDefault;
    const rest = paddingGivesWay ? size - used : size - padding - used;
    const others = container.instances.length - named.length;
    if (others > 0 && rest <= 0) throw nothingLeft(topology, container, dimension, used);
    const share = dimension.divide(rest, others);
    return container.instances.map(({ component }) => requested.get(component) ?? share);
  },
};

/** RoundRobinPackingV2: instances that the dimension's map does not name get the default of Heron's configuration. */
export const grantTheDefault: RoundRobinRules = {
  algorithm: "RoundRobinPackingV2",
  minimumRam: 192 * mebibyte,
  shareOut: (topology, container, dimension) => {
    const { requested, instanceDefault } = dimension;
    const shares = container.instances.map(({ component }) => requested.get(component) ?? instanceDefault);
    checkHint(topology, container, dimension, total(shares));
    return shares;
  },
};

/** @throws UserError when the instance has less ram than the algorithm allows. */
export function checkRam(topology: Topology, instance: InstancePlan, container: number, rules: RoundRobinRules): void {
  const { ram } = instance.resource;
  if (ram >= rules.minimumRam) return;
  throw new UserError(
    `Component '${instance.component}' of topology '${topology.name}' gets ${formatBytes(ram)} RAM in container ` +
      `${container}, and ${rules.algorithm} needs at least ${formatBytes(rules.minimumRam)} an instance. ` +
      `Raise it in ${keys.ramMap}, or raise ${keys.containerRam}.`,
  );
}

/** Adds in Heron's order, so that sums of cores come out the same to the last bit. */
export function total(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}

function checkHint(topology: Topology, container: DealtContainer, dimension: Dimension, used: number): void {
  const { name, hint, padding, hintKey, mapKey, format } = dimension;
  if (hint === undefined || used <= hint) return;
  throw new UserError(
    `Container ${container.id} of topology '${topology.name}' cannot hold its instances (${population(container)}): they ` +
      `request ${format(used)} of ${name} and ${hintKey} gives ${format(hint)}. Raise ${hintKey} to ${used + padding} ` +
      `(which leaves ${format(padding)} to Heron's own processes), lower ${mapKey}, or deal to more containers ` +
      `(${keys.containers}, or containerNumber).`,
  );
}

function nothingLeft(topology: Topology, container: DealtContainer, dimension: Dimension, used: number): UserError {
  const { name, hint, containerDefault, padding, requested, hintKey, mapKey, format } = dimension;
  const size = hint ?? containerDefault;
  const unnamed = { ...container, instances: container.instances.filter(({ component }) => !requested.has(component)) };
  const source = hint === undefined ? `its default size; ${hintKey} is not set` : hintKey;
  return new UserError(
    `Container ${container.id} of topology '${topology.name}' has no ${name} left for ${population(unnamed)}, which ` +
      `${mapKey} does not name: of its ${format(size)} (${source}) the others request ${format(used)} and Heron's own ` +
      `processes ${format(padding)}. Set ${hintKey} to more than ${used + padding}, name the component in ${mapKey}, ` +
      `or deal to more containers (${keys.containers}, or containerNumber).`,
  );
}

/** `2 × word, 3 × consumer`. */
function population(container: DealtContainer): string {
  const counts = new Map<string, number>();
  for (const { component } of container.instances) counts.set(component, (counts.get(component) ?? 0) + 1);
  return [...counts].map(([component, count]) => `${count} × ${component}`).join(", ");
}
