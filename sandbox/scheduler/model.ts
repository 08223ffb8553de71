import * as api from "../../components/aurora/thrift/gen/api_types";

// The generated declarations are numbers at run time; these are their names for code that switches over them.
export const ResponseCode = api.ResponseCode;
export type ResponseCode = api.ResponseCode;
export const ScheduleStatus = api.ScheduleStatus;
export type ScheduleStatus = api.ScheduleStatus;
export const JobUpdateStatus = api.JobUpdateStatus;
export type JobUpdateStatus = api.JobUpdateStatus;
export const JobUpdateAction = api.JobUpdateAction;
export type JobUpdateAction = api.JobUpdateAction;
export const JobUpdatePulseStatus = api.JobUpdatePulseStatus;

// Structs of Aurora's interface after `populate`: numbers, booleans and collections are always there; strings, enums
// and structs may be unset. Sets are arrays without order.

export interface JobKey {
  readonly role: string;
  readonly environment: string;
  readonly name: string;
}

/** A job key as a caller sent it. */
export type SentJobKey = Partial<JobKey>;

export interface Identity {
  readonly user?: string;
}

export interface Metadata {
  readonly key?: string;
  readonly value?: string;
}

/** A union: one member, or none when the caller sent one of a wrong type. */
export interface Resource {
  readonly numCpus?: number;
  readonly ramMb?: number;
  readonly diskMb?: number;
  readonly namedPort?: string;
  readonly numGpus?: number;
}

export interface Constraint {
  readonly name: string;
  readonly constraint: {
    readonly value?: { readonly negated: boolean; readonly values: readonly string[] };
    readonly limit?: { readonly limit: number };
  };
}

export interface Container {
  readonly mesos?: { readonly image?: object; readonly volumes: readonly object[] };
  readonly docker?: { readonly image?: string; readonly parameters: readonly object[] };
}

/** One member of the union. */
export interface SlaPolicy {
  readonly percentageSlaPolicy?: { readonly percentage: number; readonly durationSecs: number };
  readonly countSlaPolicy?: { readonly count: number; readonly durationSecs: number };
  readonly coordinatorSlaPolicy?: object;
}

/** What callers send; {@link TaskConfig} is the same, validated. */
export interface SentTaskConfig {
  readonly job?: SentJobKey;
  readonly owner?: Identity;
  readonly isService: boolean;
  readonly priority: number;
  readonly maxTaskFailures: number;
  readonly production: boolean;
  readonly tier?: string;
  readonly resources: readonly Resource[];
  readonly constraints: readonly Constraint[];
  readonly mesosFetcherUris: readonly object[];
  readonly taskLinks: Readonly<Record<string, string>>;
  readonly contactEmail?: string;
  readonly executorConfig?: { readonly name?: string; readonly data?: string };
  readonly metadata: readonly Metadata[];
  readonly partitionPolicy?: object;
  readonly slaPolicy?: SlaPolicy;
  readonly container?: Container;
}

export interface TaskConfig extends SentTaskConfig {
  readonly job: JobKey;
  readonly tier: string;
  readonly container: Container;
}

export interface SentJobConfiguration {
  readonly key?: SentJobKey;
  readonly owner?: Identity;
  readonly cronSchedule?: string;
  readonly cronCollisionPolicy?: number;
  readonly taskConfig?: SentTaskConfig;
  readonly instanceCount: number;
}

export interface JobConfiguration extends SentJobConfiguration {
  readonly key: JobKey;
  readonly taskConfig: TaskConfig;
}

export interface TaskEvent {
  readonly timestamp: number;
  readonly status: ScheduleStatus;
  readonly message?: string;
  readonly scheduler: string;
}

export interface AssignedTask {
  readonly taskId: string;
  readonly slaveId?: string;
  readonly slaveHost?: string;
  readonly task: TaskConfig;
  readonly assignedPorts: Readonly<Record<string, number>>;
  readonly instanceId: number;
}

/** A task: one run of one instance of a job. */
export interface ScheduledTask {
  readonly assignedTask: AssignedTask;
  readonly status: ScheduleStatus;
  readonly failureCount: number;
  readonly timesPartitioned: number;
  readonly taskEvents: readonly TaskEvent[];
  readonly ancestorId?: string;
}

export interface TaskQuery {
  readonly role?: string;
  readonly environment?: string;
  readonly jobName?: string;
  readonly taskIds: readonly string[];
  readonly statuses: readonly ScheduleStatus[];
  readonly instanceIds: readonly number[];
  readonly slaveHosts: readonly string[];
  readonly jobKeys: readonly JobKey[];
  readonly offset: number;
  readonly limit: number;
}

export interface ResourceAggregate {
  readonly resources: readonly Resource[];
}

/** Both ends belong to the range. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface JobUpdateStrategy {
  readonly queueStrategy?: { readonly groupSize: number };
  readonly batchStrategy?: { readonly groupSize: number; readonly autopauseAfterBatch: boolean };
  readonly varBatchStrategy?: { readonly groupSizes: readonly number[]; readonly autopauseAfterBatch: boolean };
}

/** Times in milliseconds. */
export interface SentUpdateSettings {
  readonly updateGroupSize: number;
  readonly maxPerInstanceFailures: number;
  readonly maxFailedInstances: number;
  readonly minWaitInInstanceRunningMs: number;
  readonly rollbackOnFailure: boolean;
  readonly updateOnlyTheseInstances: readonly Range[];
  readonly waitForBatchCompletion: boolean;
  readonly blockIfNoPulsesAfterMs: number;
  readonly slaAware: boolean;
  readonly updateStrategy?: JobUpdateStrategy;
}

export interface JobUpdateSettings extends SentUpdateSettings {
  readonly updateStrategy: JobUpdateStrategy;
}

export interface JobUpdateRequest {
  readonly taskConfig?: SentTaskConfig;
  readonly instanceCount: number;
  readonly settings?: SentUpdateSettings;
  readonly metadata: readonly Metadata[];
}

export interface JobUpdateKey {
  readonly job: JobKey;
  readonly id: string;
}

export interface JobUpdateState {
  readonly status: JobUpdateStatus;
  readonly createdTimestampMs: number;
  readonly lastModifiedTimestampMs: number;
}

export interface JobUpdateSummary {
  readonly key: JobUpdateKey;
  readonly user: string;
  readonly state?: JobUpdateState;
  readonly metadata: readonly Metadata[];
}

export interface InstanceTaskConfig {
  readonly task: TaskConfig;
  readonly instances: readonly Range[];
}

export interface JobUpdateInstructions {
  readonly initialState: readonly InstanceTaskConfig[];
  readonly desiredState?: InstanceTaskConfig;
  readonly settings: JobUpdateSettings;
}

export interface JobUpdateEvent {
  readonly status: JobUpdateStatus;
  readonly timestampMs: number;
  readonly user?: string;
  readonly message?: string;
}

export interface JobInstanceUpdateEvent {
  readonly instanceId: number;
  readonly timestampMs: number;
  readonly action: JobUpdateAction;
}

/** An update and all that happened to it; `update.summary.state` is derived from the events. */
export interface JobUpdateDetails {
  readonly update: {
    readonly summary: JobUpdateSummary & { readonly state: JobUpdateState };
    readonly instructions: JobUpdateInstructions;
  };
  readonly updateEvents: readonly JobUpdateEvent[];
  readonly instanceEvents: readonly JobInstanceUpdateEvent[];
}

export interface JobUpdateQuery {
  readonly role?: string;
  readonly key?: JobUpdateKey;
  readonly jobKey?: JobKey;
  readonly user?: string;
  readonly updateStatuses: readonly JobUpdateStatus[];
  readonly offset: number;
  readonly limit: number;
}

/** `role/environment/name`: how the scheduler names a job in messages. */
export function jobKeyText(key: JobKey): string {
  return `${key.role}/${key.environment}/${key.name}`;
}
