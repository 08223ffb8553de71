import { create, fromBinary, toBinary } from "@bufbuild/protobuf";

import {
  type ContainerPlan as ContainerPlanProto,
  type PackingPlan as PackingPlanProto,
  PackingPlanSchema,
  type Resource as ResourceProto,
} from "../proto/gen/packing_plan_pb";
import type { ContainerPlan, PackingPlan, Resources } from "./plan";

/** The plan as Heron's protobuf message, containers and instances in the plan's order. */
export function packingPlanToProto(plan: PackingPlan): PackingPlanProto {
  return create(PackingPlanSchema, {
    id: plan.id,
    containerPlans: plan.containers.map((container) => ({
      id: container.id,
      instancePlans: container.instances.map((instance) => ({
        componentName: instance.component,
        taskId: instance.taskId,
        componentIndex: instance.componentIndex,
        resource: toProto(instance.resource),
      })),
      requiredResource: toProto(container.requiredResource),
      ...(container.scheduledResource && { scheduledResource: toProto(container.scheduledResource) }),
    })),
  });
}

/** The plan in Heron's protobuf message, containers and instances in the message's order. */
export function packingPlanFromProto(message: PackingPlanProto): PackingPlan {
  return { id: message.id, containers: message.containerPlans.map(containerFromProto) };
}

/** The bytes that Heron keeps under `packingplans/<topology>` in the state tree. */
export function packingPlanToBytes(plan: PackingPlan): Uint8Array {
  return toBinary(PackingPlanSchema, packingPlanToProto(plan));
}

/** The reverse of {@link packingPlanToBytes}. @throws Error when the bytes are no packing plan. */
export function packingPlanFromBytes(bytes: Uint8Array): PackingPlan {
  return packingPlanFromProto(fromBinary(PackingPlanSchema, bytes));
}

function containerFromProto(container: ContainerPlanProto): ContainerPlan {
  return {
    id: container.id,
    requiredResource: fromProto(container.requiredResource),
    ...(container.scheduledResource && { scheduledResource: fromProto(container.scheduledResource) }),
    instances: container.instancePlans.map((instance) => ({
      component: instance.componentName,
      taskId: instance.taskId,
      componentIndex: instance.componentIndex,
      resource: fromProto(instance.resource),
    })),
  };
}

function toProto({ cpu, ram, disk }: Resources): { cpu: number; ram: bigint; disk: bigint } {
  return { cpu, ram: BigInt(ram), disk: BigInt(disk) };
}

function fromProto(resource: ResourceProto | undefined): Resources {
  if (resource === undefined) throw new Error("The packing plan has an entry without its resource.");
  return { cpu: resource.cpu, ram: Number(resource.ram), disk: Number(resource.disk) };
}
