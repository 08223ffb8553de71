import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { PackingPlanSchema, ResourceSchema, type Resource } from "../proto/gen/packing_plan_pb";
import type { PackingPlan, Resources } from "./plan";

/** Heron's system.PackingPlan, as it stands in the state tree. */
export function packingPlanBytes(plan: PackingPlan): Uint8Array {
  return toBinary(
    PackingPlanSchema,
    create(PackingPlanSchema, {
      id: plan.id,
      containerPlans: plan.containers.map((container) => ({
        id: container.id,
        instancePlans: container.instances.map((instance) => ({
          componentName: instance.component,
          taskId: instance.taskId,
          componentIndex: instance.componentIndex,
          resource: resource(instance.resource),
        })),
        requiredResource: resource(container.requiredResource),
        ...(container.scheduledResource && { scheduledResource: resource(container.scheduledResource) }),
      })),
    }),
  );
}

/** Reads a packing plan from the state tree. @throws Error when the bytes are none */
export function readPackingPlan(bytes: Uint8Array): PackingPlan {
  const plan = fromBinary(PackingPlanSchema, bytes);
  return {
    id: plan.id,
    containers: plan.containerPlans.map((container) => ({
      id: container.id,
      requiredResource: resources(container.requiredResource),
      ...(container.scheduledResource && { scheduledResource: resources(container.scheduledResource) }),
      instances: container.instancePlans.map((instance) => ({
        component: instance.componentName,
        taskId: instance.taskId,
        componentIndex: instance.componentIndex,
        resource: resources(instance.resource),
      })),
    })),
  };
}

function resource({ cpu, ram, disk }: Resources): Resource {
  return create(ResourceSchema, { cpu, ram: BigInt(ram), disk: BigInt(disk) });
}

function resources(message: Resource | undefined): Resources {
  return { cpu: message?.cpu ?? 0, ram: Number(message?.ram ?? 0), disk: Number(message?.disk ?? 0) };
}
