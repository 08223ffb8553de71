import { ArgumentError, UserError } from "../../errors";
import { components, type Topology } from "../definition";
import { inHashOrder } from "./java-hash-set";
import { mostInstances } from "./most-instances";
import type { PackingPlan } from "./plan";
import { componentCounts } from "./plan-resources";

/** Instances by component, in the order in which Heron goes through the components. */
export type Parallelism = ReadonlyMap<string, number>;

/** What the definition says. @throws UserError when it says nothing, or no number of instances that a component can have. */
export function definedParallelism(topology: Topology): Parallelism {
  const counts = new Map(components(topology).map(({ name, parallelism }) => [name, parallelism]));
  for (const [name, count] of counts) {
    if (count < 1 || count > mostInstances) {
      const wanted = count < 1 ? "at least 1" : `at most ${mostInstances}`;
      throw new UserError(
        `Component '${name}' of topology '${topology.name}' has the parallelism ${count}: give it ${wanted}.`,
      );
    }
  }
  return new Map(inHashOrder(counts.keys()).map((name) => [name, counts.get(name) ?? 0]));
}

/**
 * By how much each component grows or shrinks from `current` to the absolute counts of `parallelism`; those that stay
 * are left out.
 *
 * @throws ArgumentError for a component that is not in the plan, or a count that is not a whole number from 1.
 */
export function parallelismChanges(current: PackingPlan, parallelism: Readonly<Record<string, number>>): Parallelism {
  const counts = componentCounts(current);
  const changes = new Map<string, number>();
  for (const name of inHashOrder(Object.keys(parallelism))) {
    const wanted = parallelism[name] ?? 0;
    const count = counts.get(name);
    if (count === undefined) {
      const known = [...counts.keys()].map((component) => `'${component}'`).join(", ");
      throw wrong(name, `the topology has no component '${name}'. It has ${known}.`);
    }
    if (!Number.isInteger(wanted) || wanted < 1) throw wrong(name, `is ${wanted}: give a whole number from 1.`);
    if (wanted !== count) changes.set(name, wanted - count);
  }
  return changes;
}

function wrong(component: string, message: string): ArgumentError {
  return new ArgumentError([{ path: ["parallelism", component], message }]);
}

/** The components that gain instances, and how many. */
export function growth(changes: Parallelism): Parallelism {
  return selected(changes, (change) => change > 0);
}

/** The components that lose instances, and how many (as positive numbers). */
export function shrinkage(changes: Parallelism): Parallelism {
  return new Map([...selected(changes, (change) => change < 0)].map(([name, change]) => [name, -change]));
}

export function totalInstances(parallelism: Parallelism): number {
  return [...parallelism.values()].reduce((sum, count) => sum + count, 0);
}

function selected(changes: Parallelism, keep: (change: number) => boolean): Parallelism {
  const names = [...changes].filter(([, change]) => keep(change)).map(([name]) => name);
  return new Map(inHashOrder(names).map((name) => [name, changes.get(name) ?? 0]));
}
