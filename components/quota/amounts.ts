import type { TaskConfig } from "../aurora/job-configuration";
import type { Resources } from "../aurora/role";
import { formatBytes, formatCpu, mebibyte } from "../heron/packing/units";

export const none: Resources = { numCpus: 0, ramMb: 0, diskMb: 0 };

/** Sums of cores carry the error of binary fractions; where it decides, the scheduler does. */
const leastCores = 1e-6;

/**
 * Whether instances of such a task take from their role's quota, as far as that is known before the scheduler has them:
 * those of its stock tier `preferred`, and what it has marked itself; not those on dedicated hosts.
 */
export function takesQuota({
  tier,
  production,
  constraints,
}: Pick<TaskConfig, "tier" | "production" | "constraints">): boolean {
  return (production || tier === "preferred") && !constraints.some(({ name }) => name === "dedicated");
}

export function plus(a: Resources, b: Resources): Resources {
  return combined(a, b, (one, other) => one + other);
}

export function minus(a: Resources, b: Resources): Resources {
  return combined(a, b, (one, other) => one - other);
}

export function times(a: Resources, factor: number): Resources {
  return combined(a, a, (one) => one * factor);
}

/** How far `wanted` goes beyond `limit`, each of the three for itself; zero where it does not. */
export function excess(wanted: Resources, limit: Resources): Resources {
  return combined(wanted, limit, (one, other) => (one - other > leastCores ? one - other : 0));
}

export function isNone({ numCpus, ramMb, diskMb }: Resources): boolean {
  return numCpus === 0 && ramMb === 0 && diskMb === 0;
}

export function isSame(a: Resources, b: Resources): boolean {
  return a.numCpus === b.numCpus && a.ramMb === b.ramMb && a.diskMb === b.diskMb;
}

/** `9 cores, 12 GiB ram, 36 GiB disk` */
export function describe({ numCpus, ramMb, diskMb }: Resources): string {
  return `${formatCpu(numCpus)}, ${size(ramMb)} ram, ${size(diskMb)} disk`;
}

/** The same without what is zero. */
export function describeSome({ numCpus, ramMb, diskMb }: Resources): string {
  return [
    ...(numCpus === 0 ? [] : [formatCpu(numCpus)]),
    ...(ramMb === 0 ? [] : [`${size(ramMb)} ram`]),
    ...(diskMb === 0 ? [] : [`${size(diskMb)} disk`]),
  ].join(", ");
}

function size(mebibytes: number): string {
  return mebibytes === 0 ? "0 MiB" : formatBytes(mebibytes * mebibyte);
}

function combined(a: Resources, b: Resources, by: (one: number, other: number) => number): Resources {
  return {
    numCpus: by(a.numCpus, b.numCpus),
    ramMb: by(a.ramMb, b.ramMb),
    diskMb: by(a.diskMb, b.diskMb),
  };
}
