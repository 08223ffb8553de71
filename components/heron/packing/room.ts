import { type CapacityRules, resourcesOfComponent } from "./capacity-rules";
import type { OpenContainer } from "./open-container";
import type { Parallelism } from "./parallelism";
import type { Resources } from "./plan";

export const dimensions = ["cpu", "ram", "disk"] as const;

const nothing: Resources = { cpu: 0, ram: 0, disk: 0 };
/** Sums of cores that exceed by less than this share are left to the exact check. */
const doubt = 1e-9;

/** From `position` on, the containers carry `load` more (or less). */
interface Step {
  readonly position: number;
  readonly load: Resources;
}

/**
 * Whether dealing the components in turn to `containers` surely overfills one. Each component lies on a run of
 * consecutive containers, so that the load changes only where runs begin and end.
 */
export function overflows(rules: CapacityRules, parallelism: Parallelism, containers: number): boolean {
  if (containers < 1) return false;
  const steps: Step[] = [];
  let load = rules.padding;
  let start = 0;
  for (const [component, count] of parallelism) {
    const instance = resourcesOfComponent(rules, component);
    load = plus(load, times(instance, Math.floor(count / containers)));
    const end = start + (count % containers);
    if (end >= containers) load = plus(load, instance);
    steps.push({ position: start, load: instance }, { position: end % containers, load: times(instance, -1) });
    start = end % containers;
  }
  steps.sort((one, other) => one.position - other.position);
  return steps.some((step, at) => {
    load = plus(load, step.load);
    return steps[at + 1]?.position !== step.position && exceeds(load, rules.capacity);
  });
}

/** The fewest containers to open for the added instances that the room in `kept` cannot take, however they are spread. */
export function leastAdditionalContainers(
  rules: CapacityRules,
  added: Parallelism,
  kept: readonly OpenContainer[],
): number {
  const needed = sumOf([...added].map(([name, count]) => times(resourcesOfComponent(rules, name), count)));
  const free = sumOf(kept.map((container) => container.free));
  const counts = dimensions.map((of) => {
    const missing = needed[of] - free[of];
    const room = rules.capacity[of] - rules.padding[of];
    return missing <= 0 ? 0 : Math.ceil(missing / room - 1e-6);
  });
  return Math.max(...counts);
}

export function sumOf(amounts: readonly Resources[]): Resources {
  return amounts.reduce(plus, nothing);
}

function exceeds(load: Resources, capacity: Resources): boolean {
  return dimensions.some((of) => load[of] > capacity[of] * (1 + doubt));
}

function plus(one: Resources, other: Resources): Resources {
  return { cpu: one.cpu + other.cpu, ram: one.ram + other.ram, disk: one.disk + other.disk };
}

function times({ cpu, ram, disk }: Resources, count: number): Resources {
  return { cpu: cpu * count, ram: ram * count, disk: disk * count };
}
