import type { ContainerPlan, PackingPlan, Resources } from "../../components/heron/packing";
import type { ContainerGroup, Fate, Share } from "./model";
import { visible } from "./visible";

/**
 * The containers of a packing plan, those that are filled alike taken together, so that a hundred containers are a few
 * drawings. Container 0 is in no plan.
 * @param other the plan on the other side of the change, where there is one at hand: each container's fate follows from it
 * @param otherwise the fate of a container that the other plan does not have
 */
export function containersOf(
  plan: PackingPlan,
  other: PackingPlan | undefined,
  otherwise: "new" | "gone",
): ContainerGroup[] {
  const others = new Map(other?.containers.map((container) => [container.id, JSON.stringify(filling(container))]));
  const groups = new Map<string, ContainerGroup>();
  for (const container of [...plan.containers].sort((a, b) => a.id - b.id)) {
    const filled = filling(container);
    const found = others.get(container.id);
    const fate = other && fateOf(found, JSON.stringify(filled), otherwise);
    const key = JSON.stringify([filled, fate]);
    groups.set(key, { ...filled, ...(fate && { fate }), ids: [...(groups.get(key)?.ids ?? []), container.id] });
  }
  return [...groups.values()];
}

function fateOf(found: string | undefined, filled: string, otherwise: "new" | "gone"): Fate {
  if (found === undefined) return otherwise;
  return found === filled ? "same" : "changed";
}

function filling({ requiredResource: required, scheduledResource, instances }: ContainerPlan) {
  const granted = scheduledResource ?? required;
  const shares = new Map<string, Share>();
  for (const { component, resource } of instances) {
    const key = JSON.stringify([component, resource]);
    const count = (shares.get(key)?.count ?? 0) + 1;
    shares.set(key, { component: visible(component), count, each: resource });
  }
  const taken = [...shares.values()].reduce((sum, { count, each }) => plus(sum, times(each, count)), nothing);
  return {
    granted,
    shares: [...shares.values()].sort((a, b) => (a.component < b.component ? -1 : a.component > b.component ? 1 : 0)),
    heron: less(required, taken),
    spare: less(granted, larger(required, taken)),
  };
}

export const nothing: Resources = { cpu: 0, ram: 0, disk: 0 };

export function plus(a: Resources, b: Resources): Resources {
  return { cpu: a.cpu + b.cpu, ram: a.ram + b.ram, disk: a.disk + b.disk };
}

export function times({ cpu, ram, disk }: Resources, count: number): Resources {
  return { cpu: cpu * count, ram: ram * count, disk: disk * count };
}

/** What is left of `a`, never below nothing. */
export function less(a: Resources, b: Resources): Resources {
  return { cpu: Math.max(0, a.cpu - b.cpu), ram: Math.max(0, a.ram - b.ram), disk: Math.max(0, a.disk - b.disk) };
}

function larger(a: Resources, b: Resources): Resources {
  return { cpu: Math.max(a.cpu, b.cpu), ram: Math.max(a.ram, b.ram), disk: Math.max(a.disk, b.disk) };
}
