import { UserError } from "../../errors";
import { PlanBuilder } from "./builder";
import { hashMapOrder } from "./java-hash-map";
import { containerLimits, instanceResources } from "./limits";
import type { PackingPlan } from "./plan";
import { leastResources } from "./least-resources";
import type { PackingSettings } from "./settings";

/**
 * Heron's ResourceCompliantRRPacking: instances are dealt in turn, and a container is added whenever one would overflow.
 * @throws UserError where Heron refuses
 */
export function packCompliant(settings: PackingSettings): PackingPlan {
  const order = [...settings.parallelism.keys()];
  leastResources(settings, order, { cpu: 0 });
  const total = sum(settings.parallelism.values());
  // With no container asked for, Heron's dealing never wraps round: every instance gets a container of its own.
  const first = settings.containers < 1 ? total : Math.min(settings.containers, total);
  for (let containers = first; ; containers++) {
    if (containers > total) throw new UserError(tooLarge(settings));
    if (dealsOut(settings, order, containers)) return deal(settings, order, containers);
  }
}

/** Whether dealing to this many containers overflows none: the same arithmetic as {@link deal}, without the plan. */
function dealsOut(settings: PackingSettings, order: readonly string[], containers: number): boolean {
  const { capacity, padding } = containerLimits(settings);
  const cpu = new Float64Array(containers).fill(padding.cpu);
  const ram = new Float64Array(containers).fill(padding.ram);
  const disk = new Float64Array(containers).fill(padding.disk);
  let at = 0;
  for (const component of order) {
    const need = instanceResources(settings, component);
    for (let left = settings.parallelism.get(component) ?? 0; left > 0; left--) {
      cpu[at] = (cpu[at] ?? 0) + need.cpu;
      ram[at] = (ram[at] ?? 0) + need.ram;
      disk[at] = (disk[at] ?? 0) + need.disk;
      if ((cpu[at] ?? 0) > capacity.cpu || (ram[at] ?? 0) > capacity.ram || (disk[at] ?? 0) > capacity.disk)
        return false;
      at = at + 1 === containers ? 0 : at + 1;
    }
  }
  return true;
}

function deal(settings: PackingSettings, order: readonly string[], containers: number): PackingPlan {
  const builder = newBuilder(settings);
  let id = 1;
  for (const component of order) {
    for (let left = settings.parallelism.get(component) ?? 0; left > 0; left--) {
      builder.add(id, component);
      id = id === containers ? 1 : id + 1;
    }
  }
  return builder.build();
}

/**
 * Heron's repacking: instances are taken out, then put in where there is room, so that the others stay.
 * @param changes instances to add (positive) or to take (negative), by component
 */
export function repackCompliant(
  settings: PackingSettings,
  current: PackingPlan,
  changes: ReadonlyMap<string, number>,
): PackingPlan {
  leastResources(settings, [...changes.keys()], { cpu: 0 });
  const order = hashMapOrder([...changes.keys()]);
  const total = sum(settings.parallelism.values());
  let containers = current.containers.length + additionalContainers(settings, current, changes);
  for (;;) {
    const plan = tryRepack(settings, current, changes, order, containers);
    if (plan !== undefined) return plan;
    containers += 1;
    if (containers > total) throw new UserError(tooLarge(settings));
  }
}

function tryRepack(
  settings: PackingSettings,
  current: PackingPlan,
  changes: ReadonlyMap<string, number>,
  order: readonly string[],
  containers: number,
): PackingPlan | undefined {
  const builder = newBuilder(settings, current);
  const after = (id: number): number => (id === containers ? 1 : id + 1);
  for (const component of order) {
    for (let left = -(changes.get(component) ?? 0); left > 0; left--) {
      builder.grow(containers);
      builder.remove(component);
    }
  }
  let next = 1;
  for (const component of order) {
    for (let left = changes.get(component) ?? 0; left > 0; left--) {
      builder.grow(containers);
      const id = builder.addFrom(next, component);
      if (id === undefined) return undefined;
      next = after(id);
    }
  }
  return builder.build();
}

function additionalContainers(
  settings: PackingSettings,
  current: PackingPlan,
  changes: ReadonlyMap<string, number>,
): number {
  const extra = { cpu: 0, ram: 0, disk: 0 };
  for (const [component, change] of changes) {
    extra.cpu += change * settings.instance.cpu;
    extra.ram += change * (settings.ramMap.get(component) ?? settings.instance.ram);
    extra.disk += change * settings.instance.disk;
  }
  const largest = (key: keyof typeof extra): number =>
    Math.max(...current.containers.map((each) => (each.scheduledResource ?? each.requiredResource)[key]));
  const factor = (key: keyof typeof extra): number => Math.ceil(Math.max(0, extra[key]) / largest(key));
  return Math.max(factor("cpu"), factor("ram"), factor("disk"));
}

function newBuilder(settings: PackingSettings, existing?: PackingPlan): PlanBuilder {
  return new PlanBuilder(
    settings.topologyId,
    containerLimits(settings),
    (component) => instanceResources(settings, component),
    false,
    existing,
  );
}

/** Even one instance a container does not fit: says of which component, which Heron does not. */
function tooLarge(settings: PackingSettings): string {
  const builder = newBuilder(settings);
  const reasons = [...settings.parallelism.keys()].flatMap((component) => builder.obstacle(1, component) ?? []);
  return (
    `ResourceCompliantRRPacking cannot place all instances, even with a container for each` +
    (reasons.length > 0
      ? `: in an empty container ${reasons.join("; ")}.`
      : `. Raise topology.container.{cpu,ram,disk}.`)
  );
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((all, value) => all + value, 0);
}
