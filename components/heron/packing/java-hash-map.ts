import type { ContainerPlan, InstancePlan, Resources } from "./plan";

// Heron walks java.util.HashMap and HashSet in several places, so the same plan needs their order.

/** Keys in the order in which java.util.HashMap iterates over them when they were put in the given order. */
export function hashMapOrder(keys: readonly string[]): string[] {
  return hashOrder(keys, stringHash, keys.length);
}

/** Instances in the order of a java.util.HashSet that they were put into one by one, and that has held `most` at a time. */
export function hashSetOrder(instances: readonly InstancePlan[], most = instances.length): InstancePlan[] {
  return hashOrder(instances, instanceHash, most);
}

/**
 * Instances in the order of a java.util.HashSet made at once of a HashMap's values, keyed by InstanceId: a set made at
 * once is sized more generously.
 */
export function hashSetCopyOrder(instances: readonly InstancePlan[]): InstancePlan[] {
  const values = hashOrder(instances, instanceIdHash, instances.length);
  return hashOrder(values, instanceHash, (Math.floor(instances.length / 0.75) + 1) * 0.75);
}

/** Containers in the order of a java.util.HashSet. */
export function containerOrder(containers: readonly ContainerPlan[]): ContainerPlan[] {
  return hashOrder(containers, containerHash, containers.length);
}

function hashOrder<T>(items: readonly T[], hash: (item: T) => number, most: number): T[] {
  let capacity = 16;
  while (most > capacity * 0.75) capacity *= 2;
  return items
    .map((item) => ({ item, bucket: spread(hash(item)) & (capacity - 1) }))
    .sort((a, b) => a.bucket - b.bucket)
    .map(({ item }) => item);
}

const stringHashes = new Map<string, number>();

/** java.lang.String.hashCode; a topology has few component names and many instances. */
function stringHash(text: string): number {
  const known = stringHashes.get(text);
  if (known !== undefined) return known;
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  stringHashes.set(text, hash);
  return hash;
}

/** InstanceId.hashCode. */
function instanceIdHash({ component, taskId, componentIndex }: InstancePlan): number {
  return chain(chain(stringHash(component), taskId), componentIndex);
}

/** PackingPlan.InstancePlan.hashCode. */
function instanceHash(instance: InstancePlan): number {
  return chain(instanceIdHash(instance), resourceHash(instance.resource));
}

/** PackingPlan.ContainerPlan.hashCode, of a container that is not scheduled yet; a set's hash is the sum of its members'. */
function containerHash({ id, instances, requiredResource }: ContainerPlan): number {
  const members = instances.reduce((hash, instance) => (hash + instanceHash(instance)) | 0, 0);
  return [members, resourceHash(requiredResource)].reduce(chain, id);
}

const bits = new DataView(new ArrayBuffer(8));

function resourceHash({ cpu, ram, disk }: Resources): number {
  bits.setFloat64(0, cpu);
  return chain(chain(bits.getInt32(0) ^ bits.getInt32(4), longHash(ram)), longHash(disk));
}

/** java.lang.Long.hashCode. */
function longHash(value: number): number {
  return Math.floor(value / 2 ** 32) ^ (value | 0);
}

function chain(hash: number, next: number): number {
  return (Math.imul(31, hash) + next) | 0;
}

function spread(hash: number): number {
  return hash ^ (hash >>> 16);
}
