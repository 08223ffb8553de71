import type { ContainerPlan, InstancePlan, PackingPlan, Resources } from "./plan";
import { componentRamMap, maxContainerResources } from "./plan-resources";

/** A packing plan for reading: sorted, and with the sums that matter to whoever runs it. */
export interface PackingPlanDescription {
  readonly id: string;
  /** `component:bytes,…`, each component's smallest instance ram. */
  readonly componentRamDistribution: string;
  readonly maxContainerResources: Resources;
  /** By container id; their instances by task id. */
  readonly containers: readonly ContainerPlan[];
  /** Container ids in the order in which Heron writes them. */
  readonly protoContainerOrder: readonly number[];
}

export function describePlan(plan: PackingPlan): PackingPlanDescription {
  return {
    id: plan.id,
    componentRamDistribution: [...componentRamMap(plan)].map(([name, ram]) => `${name}:${ram}`).join(","),
    maxContainerResources: maxContainerResources(plan),
    containers: plan.containers.map(describeContainer).sort((one, other) => one.id - other.id),
    protoContainerOrder: plan.containers.map(({ id }) => id),
  };
}

function describeContainer({ id, requiredResource, scheduledResource, instances }: ContainerPlan): ContainerPlan {
  return {
    id,
    requiredResource,
    ...(scheduledResource && { scheduledResource }),
    instances: instances.toSorted((one: InstancePlan, other: InstancePlan) => one.taskId - other.taskId),
  };
}
