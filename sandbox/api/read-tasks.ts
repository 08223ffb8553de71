import { internalError, invalidRequest } from "../scheduler/errors";
import { javaText } from "../scheduler/java-text";
import type { JobKey, ScheduledTask, SentJobKey, TaskConfig, TaskQuery } from "../scheduler/model";
import { ScheduleStatus } from "../scheduler/model";
import { configGroups } from "../scheduler/ranges";
import { assertJobKey } from "./arguments";
import type { Handler, SchedulerParts } from "./handler";

/** Reads about tasks. */
export const taskReads: Readonly<Record<string, Handler>> = {
  getTasksStatus: (parts, args: Query) => scheduleStatus(queryTasks(parts, sentQuery(args))),

  getTasksWithoutConfigs: (parts, args: Query) => scheduleStatus(queryTasks(parts, sentQuery(args)).map(withoutData)),

  getPendingReason(parts, args: Query) {
    const query = sentQuery(args);
    if (query.slaveHosts.length > 0) {
      throw invalidRequest(`SlaveHosts are not supported in ${javaText("TaskQuery", query)}`);
    }
    if (query.statuses.length > 0) {
      throw invalidRequest(`Statuses is not supported in ${javaText("TaskQuery", query)}`);
    }
    const reasons = queryTasks(parts, { ...query, statuses: [ScheduleStatus.PENDING] }).map(({ assignedTask }) => ({
      taskId: assignedTask.taskId,
      reason: parts.assigner.pendingReason(assignedTask.task),
    }));
    return { result: { getPendingReasonResult: { reasons } } };
  },

  getConfigSummary({ store }, { job }: { readonly job?: SentJobKey }) {
    const key: JobKey = assertJobKey(job);
    const configs = new Map(
      store.activeTasksOf(key).map(({ assignedTask }) => [assignedTask.instanceId, assignedTask.task] as const),
    );
    return { result: { configSummaryResult: { summary: { key, groups: configGroups(configs) } } } };
  },
};

interface Query {
  readonly query?: TaskQuery;
}

function sentQuery({ query }: Query): TaskQuery {
  if (!query) throw internalError();
  return query;
}

function queryTasks({ store }: SchedulerParts, query: TaskQuery): ScheduledTask[] {
  const end = query.limit > 0 ? query.offset + query.limit : undefined;
  return store.queryTasks(query).slice(Math.max(0, query.offset), end);
}

function scheduleStatus(tasks: readonly ScheduledTask[]) {
  return { result: { scheduleStatusResult: { tasks } } };
}

/** By the tasks that they are of, and by their configurations, which never change. */
const strippedTasks = new WeakMap<ScheduledTask, ScheduledTask>();
const strippedConfigs = new WeakMap<TaskConfig, TaskConfig>();

function withoutData(task: ScheduledTask): ScheduledTask {
  const known = strippedTasks.get(task) ?? stripped(task);
  strippedTasks.set(task, known);
  return known;
}

function stripped({ assignedTask, ...rest }: ScheduledTask): ScheduledTask {
  const task = strippedConfigs.get(assignedTask.task) ?? strippedConfig(assignedTask.task);
  strippedConfigs.set(assignedTask.task, task);
  return { ...rest, assignedTask: { ...assignedTask, task } };
}

function strippedConfig({ executorConfig, ...config }: TaskConfig): TaskConfig {
  const name = executorConfig?.name;
  return { ...config, ...(executorConfig && { executorConfig: name === undefined ? {} : { name } }) };
}
