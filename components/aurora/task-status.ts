import type { Metadata, TaskConfig } from "./job-configuration";
import { metadataFromThrift, taskFromThrift } from "./job-thrift";
import type { Wire } from "./protocol";
import { type Resources, resourcesFromThrift } from "./role";
import { enumName, once, safeNumber } from "./thrift-values";
import { ScheduleStatus } from "./thrift/gen/api_types";
import type * as thrift from "./thrift/gen/api_types";

/** Names of Aurora's ScheduleStatus. */
export type TaskState = keyof typeof ScheduleStatus;

/** A step in a task's life. */
export interface TaskEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly status: TaskState;
  readonly message?: string;
}

/** One task: a run of an instance. An instance that was restarted or rescheduled leaves its ended tasks behind. */
export interface TaskStatus {
  readonly instanceId: number;
  /** Not to be parsed: it does not tell where its parts end. */
  readonly taskId: string;
  readonly status: TaskState;
  /** Host name of the agent; absent until the task is assigned. */
  readonly host?: string;
  /** Port by name. */
  readonly assignedPorts: Readonly<Record<string, number>>;
  /** How often the instance has failed in a row. */
  readonly failureCount: number;
  /** The task that this one took over from. */
  readonly ancestorId?: string;
  /** Oldest first. */
  readonly events: readonly TaskEvent[];
  readonly metadata: readonly Metadata[];
  /** What it was given of its agent; absent where the scheduler does not tell. */
  readonly resources?: Resources;
  /** What it runs: only when asked for, and only of Thermos tasks (see `taskFromThrift`). */
  readonly config?: TaskConfig;
}

/** Aurora's ACTIVE_STATES: a job has such a task as long as its key is taken. */
export const ACTIVE_STATES: readonly TaskState[] = [
  "ASSIGNED",
  "DRAINING",
  "KILLING",
  "PARTITIONED",
  "PENDING",
  "PREEMPTING",
  "RESTARTING",
  "RUNNING",
  "STARTING",
  "THROTTLED",
];

/** @throws RangeError for a task that lacks its ids, or is in a state that the IDL does not know. */
export function taskStatusFromThrift(task: Wire<thrift.ScheduledTask>): TaskStatus {
  const { assignedTask, ancestorId } = task;
  const { instanceId, taskId } = assignedTask ?? {};
  if (instanceId == null || taskId == null) {
    throw new RangeError("a task without its ids");
  }
  const config = assignedTask?.task ? taskFromThrift(assignedTask.task) : undefined;
  const host = assignedTask?.slaveHost;
  return {
    instanceId,
    taskId,
    status: enumName(ScheduleStatus, task.status),
    ...(host == null || host === "" ? {} : { host }),
    assignedPorts: portsFromThrift(assignedTask?.assignedPorts),
    failureCount: task.failureCount ?? 0,
    ...(ancestorId == null ? {} : { ancestorId }),
    events: (task.taskEvents ?? []).map(eventFromThrift),
    metadata: assignedTask?.task?.metadata ? metadataOf(assignedTask.task.metadata) : [],
    ...(assignedTask?.task?.resources && { resources: resourcesOf(assignedTask.task.resources) }),
    ...(config === undefined ? {} : { config }),
  };
}

/** Instances of a job may share them (see `readRepeatedConfigsOnce`). */
const metadataOf = once((metadata: readonly Wire<thrift.Metadata>[]) => metadataFromThrift(metadata));
/** Likewise. */
const resourcesOf = once((resources: readonly Wire<thrift.Resource>[]) => resourcesFromThrift({ resources }));

function eventFromThrift({ timestamp, status, message }: Wire<thrift.TaskEvent>): TaskEvent {
  return {
    timestamp: safeNumber(timestamp),
    status: enumName(ScheduleStatus, status),
    ...(message == null ? {} : { message }),
  };
}

function portsFromThrift(ports: Wire<thrift.AssignedTask>["assignedPorts"]): Record<string, number> {
  const assigned: Record<string, number> = {};
  for (const name in ports) {
    const port = ports[name];
    if (port != null) assigned[name] = port;
  }
  return assigned;
}
