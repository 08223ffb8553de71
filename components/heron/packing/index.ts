import { UserError } from "../../errors";
import type { PackingAlgorithm } from "../../topology-args";
import type { Topology } from "../definition";
import { packFirstFit, repackFirstFit } from "./first-fit-decreasing";
import { hashMapOrder } from "./java-hash-map";
import type { PackingPlan, Resources } from "./plan";
import { packCompliant, repackCompliant } from "./resource-compliant-rr";
import { packRoundRobin, repackRoundRobin } from "./round-robin";
import { packingSettings } from "./settings";

export type { ContainerPlan, InstancePlan, PackingPlan, Resources } from "./plan";
export { packingPlanBytes, readPackingPlan } from "./wire";

/**
 * The packing plan of a topology as its definition stands, by Heron's algorithm of that name.
 * @throws UserError where Heron refuses, in words that say what to change
 */
export function pack(algorithm: PackingAlgorithm, topology: Topology): PackingPlan {
  const settings = packingSettings(topology);
  switch (algorithm) {
    case "RoundRobinPacking":
    case "RoundRobinPackingV2":
      return packRoundRobin(algorithm, settings);
    case "ResourceCompliantRRPacking":
      return packCompliant(settings);
    case "FirstFitDecreasingPacking":
      return packFirstFit(settings);
  }
}

/**
 * The plan that `heron update` would make of `current`.
 * @param parallelism new instance counts by component; components that are not named keep theirs
 * @param containers wanted number of containers, which only the round-robin packings support
 */
export function repack(
  algorithm: PackingAlgorithm,
  topology: Topology,
  current: PackingPlan,
  parallelism: Readonly<Record<string, number>>,
  containers?: number,
): PackingPlan {
  const settings = packingSettings(topology);
  const before = instanceCounts(current);
  const changes = new Map(
    Object.entries(parallelism).flatMap(([component, count]): [string, number][] => {
      const old = before.get(component);
      if (old === undefined) {
        throw new UserError(
          `parallelism.${component}: the topology has no such component. It has ${[...before.keys()].join(", ")}.`,
        );
      }
      return count === old ? [] : [[component, count - old]];
    }),
  );
  if (changes.size === 0 && (containers === undefined || containers === current.containers.length)) return current;
  switch (algorithm) {
    case "RoundRobinPacking":
    case "RoundRobinPackingV2": {
      const after = new Map(
        hashMapOrder([...before.keys()]).map((name) => [name, (before.get(name) ?? 0) + (changes.get(name) ?? 0)]),
      );
      return repackRoundRobin(
        algorithm,
        settings,
        after,
        containers === current.containers.length ? undefined : containers,
      );
    }
    case "ResourceCompliantRRPacking":
      refuseCount(algorithm, containers);
      return repackCompliant(settings, current, changes);
    case "FirstFitDecreasingPacking":
      refuseCount(algorithm, containers);
      return repackFirstFit(settings, current, changes);
  }
}

function refuseCount(algorithm: PackingAlgorithm, containers: number | undefined): void {
  if (containers === undefined) return;
  throw new UserError(
    `${algorithm} chooses the number of containers itself. Leave the number out, or use RoundRobinPacking.`,
  );
}

/** Instances by component. */
export function instanceCounts(plan: PackingPlan): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { instances } of plan.containers) {
    for (const { component } of instances) counts.set(component, (counts.get(component) ?? 0) + 1);
  }
  return counts;
}

/** The largest of each dimension over all containers: what AuroraScheduler gives every one of them. */
export function maxContainerResources(plan: PackingPlan): Resources {
  const largest = (key: keyof Resources): number =>
    plan.containers.reduce((most, each) => Math.max(most, (each.scheduledResource ?? each.requiredResource)[key]), 0);
  return { cpu: largest("cpu"), ram: largest("ram"), disk: largest("disk") };
}

/** The plan as AuroraScheduler writes it: every container scheduled with the same resources. */
export function schedule(plan: PackingPlan, container = maxContainerResources(plan)): PackingPlan {
  return {
    id: plan.id,
    containers: plan.containers.map(({ id, requiredResource, instances }) => ({
      id,
      requiredResource,
      scheduledResource: container,
      instances,
    })),
  };
}

/** Least bytes of an instance by component, in the order in which Heron lists them: the executor's component-ram-map. */
export function componentRamMap(plan: PackingPlan): ReadonlyMap<string, number> {
  const least = new Map<string, number>();
  for (const { instances } of plan.containers) {
    for (const { component, resource } of instances) {
      least.set(component, Math.min(resource.ram, least.get(component) ?? Infinity));
    }
  }
  return new Map(hashMapOrder([...least.keys()]).map((name) => [name, least.get(name) ?? 0]));
}
