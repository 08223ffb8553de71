import type { HeronTopologyArgs, TimeoutArgs, UpdateArgs } from "../topology-args";

/** Heron's own choice for Aurora. */
export const defaultPacking = "RoundRobinPacking";

/** One container at a time, watched for 45 s (Aurora's own default), rolled back at the first failure. */
export function updateOf(args: HeronTopologyArgs): Required<UpdateArgs> {
  return {
    batchSize: 1,
    watchSeconds: 45,
    maxPerInstanceFailures: 0,
    maxFailedInstances: 0,
    rollbackOnFailure: true,
    waitForBatchCompletion: false,
    ...args.update,
  };
}

/** Seconds; an update restarts container after container, so it is given longest. */
export function timeoutsOf(args: HeronTopologyArgs): Required<TimeoutArgs> {
  return { create: 600, update: 3600, delete: 300, ...args.timeouts };
}
