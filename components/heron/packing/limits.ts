import { type PackingSettings, GiB } from "./settings";
import type { Resources } from "./plan";

/** How large a container may get, and what of it Heron keeps for itself: read by ResourceCompliantRR and FirstFitDecreasing. */
export interface ContainerLimits {
  readonly capacity: Resources;
  readonly padding: Resources;
  /** Most instances in a container; only FirstFitDecreasing keeps to it. */
  readonly instances: number;
}

/** Heron's AbstractPacking: ten default instances a container unless the topology says otherwise, a tenth of it padding. */
export function containerLimits(settings: PackingSettings): ContainerLimits {
  const { instance, number } = settings;
  const instances = number("topology.container.max.instances") ?? 10;
  const capacity = {
    cpu: number("topology.container.cpu") ?? instance.cpu * instances,
    ram: number("topology.container.ram") ?? instance.ram * instances,
    disk: number("topology.container.disk") ?? instance.disk * instances,
  };
  const percent = number("topology.container.padding.percentage") ?? 10;
  return {
    capacity,
    padding: {
      cpu: Math.max(number("topology.container.cpu.padding") ?? 1, (capacity.cpu * percent) / 100),
      ram: Math.max(number("topology.container.ram.padding") ?? GiB, Math.floor((capacity.ram * percent) / 100)),
      disk: Math.max(GiB, Math.floor((capacity.disk * percent) / 100)),
    },
    instances,
  };
}

/** What an instance of the component takes. */
export function instanceResources(settings: PackingSettings, component: string): Resources {
  return {
    cpu: settings.cpuMap.get(component) ?? settings.instance.cpu,
    ram: settings.ramMap.get(component) ?? settings.instance.ram,
    disk: settings.diskMap.get(component) ?? settings.instance.disk,
  };
}
