import { ArgumentError, UserError } from "../../errors";
import type { PackingAlgorithm } from "../../topology-args";
import type { Topology } from "../definition";
import { heronDefaults, type PackingDefaults } from "./defaults";
import { packFirstFit, repackFirstFit } from "./first-fit-decreasing";
import { hashOfContainer, hashOfInstance } from "./java-hash";
import { filled, JavaHashSet } from "./java-hash-set";
import { type Parallelism, parallelismChanges } from "./parallelism";
import type { PackingPlan } from "./plan";
import { packResourceCompliant, repackResourceCompliant } from "./resource-compliant-round-robin";
import { packRoundRobin, repackRoundRobin } from "./round-robin";
import { grantTheDefault, splitTheRest } from "./round-robin-rules";

/**
 * Heron's packing plan of a topology as its definition has it: which instance runs in which container, with what.
 * Containers and instances come in the order in which Heron writes them.
 *
 * @throws UserError where Heron fails: what does not fit, where, and which key to change.
 */
export function pack(
  algorithm: PackingAlgorithm,
  topology: Topology,
  defaults: PackingDefaults = heronDefaults,
): PackingPlan {
  switch (algorithm) {
    case "RoundRobinPacking":
      return packRoundRobin(topology, splitTheRest, defaults);
    case "RoundRobinPackingV2":
      return packRoundRobin(topology, grantTheDefault, defaults);
    case "ResourceCompliantRRPacking":
      return packResourceCompliant(topology, defaults);
    case "FirstFitDecreasingPacking":
      return packFirstFit(topology, defaults);
  }
}

/**
 * The plan that follows `current` when components change their parallelism, as `heron update` makes it.
 *
 * @param topology the definition as the state tree has it, before the change: round robin goes by its instances per
 *   container, resource compliant round robin by its number of instances.
 * @param parallelism absolute counts of the components that change.
 * @param containers a container count of the user's choice; both round robins know what to do with it.
 * @throws UserError where Heron fails.
 */
export function repack(
  algorithm: PackingAlgorithm,
  topology: Topology,
  current: PackingPlan,
  parallelism: Readonly<Record<string, number>>,
  containers?: number,
  defaults: PackingDefaults = heronDefaults,
): PackingPlan {
  const plan = asHeronReads(current);
  switch (algorithm) {
    case "RoundRobinPacking":
      return repackRoundRobin(topology, splitTheRest, defaults, plan, parallelism, containers);
    case "RoundRobinPackingV2":
      return repackRoundRobin(topology, grantTheDefault, defaults, plan, parallelism, containers);
    case "ResourceCompliantRRPacking":
      refuseContainers(algorithm, containers);
      return repackResourceCompliant(topology, defaults, plan, changesOf(plan, topology, parallelism));
    case "FirstFitDecreasingPacking":
      refuseContainers(algorithm, containers);
      return repackFirstFit(topology, defaults, plan, changesOf(plan, topology, parallelism));
  }
}

/** Heron repacks what it reads back from the state tree, and reading puts everything into hash sets. */
function asHeronReads(plan: PackingPlan): PackingPlan {
  const containers = plan.containers.map((container) => ({
    ...container,
    instances: [...filled(new JavaHashSet(hashOfInstance), container.instances)],
  }));
  return { ...plan, containers: [...filled(new JavaHashSet(hashOfContainer), containers)] };
}

/** Where nothing changes Heron's own code breaks down; its command line refuses such an update before. */
function changesOf(plan: PackingPlan, topology: Topology, parallelism: Readonly<Record<string, number>>): Parallelism {
  const changes = parallelismChanges(plan, parallelism);
  if (changes.size > 0) return changes;
  throw new UserError(
    `Topology '${topology.name}' has the parallelism asked for already: nothing to repack. Change some component's.`,
  );
}

function refuseContainers(algorithm: PackingAlgorithm, containers: number | undefined): void {
  if (containers === undefined) return;
  const message = `asks for ${containers} containers, but ${algorithm} finds the number of containers itself. Leave it out, or pack with RoundRobinPacking.`;
  throw new ArgumentError([{ path: ["containerNumber"], message }]);
}
