import type { TimeoutArgs, UpdateArgs } from "../topology-args";
import type { AuroraJobInputs } from "./inputs";

/** What an update does unless the document says otherwise; the rest it does only when asked. */
type UpdateDefaults = Required<Omit<UpdateArgs, "slaAware" | "pulseSeconds" | "maxContainers">>;

/** One container at a time, watched for 45 s (Aurora's own default), rolled back at the first failure. */
export function updateOf({ update }: Pick<AuroraJobInputs, "update">): UpdateArgs & UpdateDefaults {
  return {
    batchSize: 1,
    watchSeconds: 45,
    maxPerInstanceFailures: 0,
    maxFailedInstances: 0,
    rollbackOnFailure: true,
    waitForBatchCompletion: false,
    pauseAfterBatch: false,
    ...update,
  };
}

/** Seconds; an update restarts container after container, so it is given longest. */
export function timeoutsOf({ timeouts }: Pick<AuroraJobInputs, "timeouts">): Required<TimeoutArgs> {
  return { create: 600, update: 3600, delete: 300, ...timeouts };
}
