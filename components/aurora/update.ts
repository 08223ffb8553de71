import type { JobKey } from "./job-key";
import type { Metadata, TaskConfig } from "./job-configuration";
import { int32, keyFromThrift, metadataFromThrift, taskToThrift } from "./job-thrift";
import type { PlainUpdateRequest, Wire } from "./protocol";
import { enumName, safeNumber } from "./thrift-values";
import { JobUpdateAction, JobUpdateStatus } from "./thrift/gen/api_types";
import type * as thrift from "./thrift/gen/api_types";

/** Names of Aurora's JobUpdateStatus. */
export type UpdateState = keyof typeof JobUpdateStatus;
/** Names of Aurora's JobUpdateAction. */
export type UpdateAction = keyof typeof JobUpdateAction;

/** How the scheduler rolls an update out; names of the IDL. */
export interface UpdateSettings {
  /** Instances changed at a time; at least 1. */
  readonly updateGroupSize: number;
  /** Failures of one instance that are put up with. */
  readonly maxPerInstanceFailures: number;
  /** Instances that may fail before the update does. */
  readonly maxFailedInstances: number;
  /** How long an instance must have run to count as updated. */
  readonly minWaitInInstanceRunningMs: number;
  readonly rollbackOnFailure: boolean;
  /** A group must be through before the next begins. */
  readonly waitForBatchCompletion: boolean;
  /** Pause when a group is through; implies that it must be. */
  readonly pauseAfterBatch?: boolean;
  /** Only these instances, ranges with both ends in (default: all). */
  readonly updateOnlyTheseInstances?: readonly { readonly first: number; readonly last: number }[];
  /** Hold the update when no pulse has come for so long. */
  readonly blockIfNoPulsesAfterMs?: number;
  readonly slaAware?: boolean;
}

export interface UpdateRequest {
  readonly config: TaskConfig;
  /** Instances that the job has when the update is through. */
  readonly instanceCount: number;
  readonly settings: UpdateSettings;
  /** Kept with the update, not with the tasks. */
  readonly metadata?: readonly Metadata[];
}

export interface UpdateKey {
  readonly job: JobKey;
  readonly id: string;
}

export interface UpdateSummary {
  readonly id: string;
  readonly user: string;
  readonly status: UpdateState;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly metadata: readonly Metadata[];
}

export interface UpdateDetails extends UpdateSummary {
  /** Whether it pauses by itself when a group is through. */
  readonly pausesAfterBatch: boolean;
  /** It is held when no pulse has come for so long; absent for one that needs none. */
  readonly blockIfNoPulsesAfterMs?: number;
  /** Metadata of the task configuration that it leads to. */
  readonly metadataAfter: readonly Metadata[];
  /** The executor's data in it, as it came; empty where the scheduler does not tell. */
  readonly executorDataAfter: string;
  /** The same in those that it began with, to which it goes back when it fails. */
  readonly executorDataBefore: readonly string[];
  /** The instances that were there when it began, of those that it is to change; ascending. */
  readonly instancesBefore: readonly number[];
  /** Oldest first. */
  readonly events: readonly {
    readonly timestamp: number;
    readonly status: UpdateState;
    readonly user?: string;
    readonly message?: string;
  }[];
  readonly instanceEvents: readonly {
    readonly timestamp: number;
    readonly instanceId: number;
    readonly action: UpdateAction;
    readonly message?: string;
  }[];
}

/** The states of an update that is under way, in the way of any other change of the job. */
export const ACTIVE_UPDATE_STATES: readonly UpdateState[] = [
  "ROLLING_FORWARD",
  "ROLLING_BACK",
  "ROLL_FORWARD_PAUSED",
  "ROLL_BACK_PAUSED",
  "ROLL_FORWARD_AWAITING_PULSE",
  "ROLL_BACK_AWAITING_PULSE",
];

/** Aurora's struct for the request. @throws UserError for a number that the scheduler's types cannot hold. */
export function updateToThrift(request: UpdateRequest): PlainUpdateRequest {
  const { settings, metadata } = request;
  const { updateOnlyTheseInstances, blockIfNoPulsesAfterMs, slaAware, pauseAfterBatch } = settings;
  const groupSize = int32("updateGroupSize", settings.updateGroupSize);
  return {
    taskConfig: taskToThrift(request.config),
    instanceCount: int32("instanceCount", request.instanceCount),
    settings: {
      updateGroupSize: groupSize,
      maxPerInstanceFailures: int32("maxPerInstanceFailures", settings.maxPerInstanceFailures),
      maxFailedInstances: int32("maxFailedInstances", settings.maxFailedInstances),
      minWaitInInstanceRunningMs: int32("minWaitInInstanceRunningMs", settings.minWaitInInstanceRunningMs),
      rollbackOnFailure: settings.rollbackOnFailure,
      waitForBatchCompletion: settings.waitForBatchCompletion,
      ...(updateOnlyTheseInstances === undefined ? {} : { updateOnlyTheseInstances }),
      ...(blockIfNoPulsesAfterMs === undefined
        ? {}
        : { blockIfNoPulsesAfterMs: int32("blockIfNoPulsesAfterMs", blockIfNoPulsesAfterMs) }),
      ...(slaAware === undefined ? {} : { slaAware }),
      ...(pauseAfterBatch === true && {
        updateStrategy: { batchStrategy: { groupSize, autopauseAfterBatch: true } },
      }),
    },
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** @throws RangeError for one without an id, or in a state that the IDL does not know. */
export function updateSummaryFromThrift(summary: Wire<thrift.JobUpdateSummary>): UpdateSummary {
  const id = summary.key?.id;
  if (id == null) {
    throw new RangeError("an update without an id");
  }
  return {
    id,
    user: summary.user ?? "",
    status: enumName(JobUpdateStatus, summary.state?.status),
    created: safeNumber(summary.state?.createdTimestampMs),
    modified: safeNumber(summary.state?.lastModifiedTimestampMs),
    metadata: metadataFromThrift(summary.metadata),
  };
}

/** @throws RangeError for one that names no job, or has no id. */
export function updateKeyFromThrift(cluster: string, { key }: Wire<thrift.JobUpdateSummary>): UpdateKey {
  const job = keyFromThrift(key?.job);
  if (job === undefined || key?.id == null) throw new RangeError("an update without a key");
  return { job: { cluster, ...job }, id: key.id };
}

/** @throws RangeError as {@link updateSummaryFromThrift}. */
export function updateDetailsFromThrift(details: Wire<thrift.JobUpdateDetails>): UpdateDetails {
  const { settings, initialState, desiredState } = details.update?.instructions ?? {};
  const { updateStrategy, blockIfNoPulsesAfterMs } = settings ?? {};
  const { batchStrategy, varBatchStrategy } = updateStrategy ?? {};
  return {
    ...updateSummaryFromThrift(details.update?.summary ?? {}),
    pausesAfterBatch: (batchStrategy ?? varBatchStrategy)?.autopauseAfterBatch === true,
    ...(blockIfNoPulsesAfterMs != null && blockIfNoPulsesAfterMs > 0 && { blockIfNoPulsesAfterMs }),
    metadataAfter: metadataFromThrift(desiredState?.task?.metadata),
    executorDataAfter: desiredState?.task?.executorConfig?.data ?? "",
    executorDataBefore: (initialState ?? []).map(({ task }) => task?.executorConfig?.data ?? ""),
    instancesBefore: (initialState ?? [])
      .flatMap(({ instances }) => instances ?? [])
      .flatMap(({ first, last }) => numbersBetween(first ?? 0, last ?? -1))
      .sort((a, b) => a - b),
    events: (details.updateEvents ?? []).map(({ timestampMs, status, user, message }) => ({
      timestamp: safeNumber(timestampMs),
      status: enumName(JobUpdateStatus, status),
      ...(user == null ? {} : { user }),
      ...(message == null ? {} : { message }),
    })),
    instanceEvents: (details.instanceEvents ?? []).map(({ timestampMs, instanceId, action, message }) => ({
      timestamp: safeNumber(timestampMs),
      instanceId: instanceId ?? 0,
      action: enumName(JobUpdateAction, action),
      ...(message == null ? {} : { message }),
    })),
  };
}

/** Both ends included. */
function numbersBetween(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
