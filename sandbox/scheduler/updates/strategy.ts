import type { JobUpdateStrategy } from "../model";

/** Chooses the instances to begin next, of those not begun (in order) and those under way. */
export type Strategy = (idle: readonly number[], working: readonly number[]) => readonly number[];

/** Aurora's three strategies: keep a number under way; whole batches; batches of given sizes. */
export function strategyOf(settings: JobUpdateStrategy, rollingForward: boolean): Strategy {
  const { queueStrategy, batchStrategy, varBatchStrategy } = settings;
  if (batchStrategy) {
    return (idle, working) => (working.length === 0 ? idle.slice(0, batchStrategy.groupSize) : []);
  }
  if (varBatchStrategy) return variableBatches(varBatchStrategy.groupSizes, rollingForward);
  const size = queueStrategy?.groupSize ?? 1;
  return (idle, working) => idle.slice(0, Math.max(0, size - working.length));
}

function variableBatches(sizes: readonly number[], rollingForward: boolean): Strategy {
  let total: number | undefined;
  return (idle, working) => {
    total ??= idle.length;
    if (working.length > 0) return [];
    const size = rollingForward ? sizeForward(sizes, total - idle.length) : sizeBackward(sizes, idle.length);
    return idle.slice(0, size);
  };
}

function sizeForward(sizes: readonly number[], done: number): number {
  let sum = 0;
  for (const size of sizes) {
    sum += size;
    if (sum > done) return size;
  }
  return sizes.at(-1) ?? 1;
}

/** Rolling back retraces the steps: what is left tells how far forward had got. */
function sizeBackward(sizes: readonly number[], left: number): number {
  let rest = left;
  for (const size of sizes) {
    if (rest <= size) return rest;
    rest -= size;
  }
  const last = sizes.at(-1) ?? 1;
  return rest % last || last;
}
