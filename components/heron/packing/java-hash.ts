import type { ContainerPlan, InstancePlan, Resources } from "./plan";

/**
 * The hash codes that Heron's Java classes have. Heron keeps components, instances and containers in hash tables and
 * deals, removes and writes them in the tables' order, so that these numbers decide what a packing plan looks like.
 * All are signed 32-bit integers.
 */

/** Where a double is seen as the two halves of its bits. */
const bits = new DataView(new ArrayBuffer(8));

export function hashOfText(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = mix(hash, text.charCodeAt(at));
  return hash;
}

export function hashOfInstanceId(instance: Omit<InstancePlan, "resource">): number {
  return mix(mix(hashOfText(instance.component), instance.taskId), instance.componentIndex);
}

export function hashOfInstance(instance: InstancePlan): number {
  return mix(hashOfInstanceId(instance), hashOfResources(instance.resource));
}

export function hashOfContainer(container: ContainerPlan): number {
  const instances = container.instances.reduce((sum, instance) => (sum + hashOfInstance(instance)) | 0, 0);
  const required = mix(mix(container.id, instances), hashOfResources(container.requiredResource));
  return container.scheduledResource === undefined
    ? required
    : mix(required, hashOfResources(container.scheduledResource));
}

function hashOfResources({ cpu, ram, disk }: Resources): number {
  return mix(mix(hashOfDouble(cpu), hashOfLong(ram)), hashOfLong(disk));
}

function hashOfDouble(value: number): number {
  bits.setFloat64(0, value);
  return bits.getInt32(0) ^ bits.getInt32(4);
}

function hashOfLong(value: number): number {
  return Math.floor(value / 2 ** 32) ^ ((value % 2 ** 32) | 0);
}

function mix(hash: number, next: number): number {
  return (Math.imul(31, hash) + next) | 0;
}
