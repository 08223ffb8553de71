import { invalidRequest } from "../scheduler/errors";
import type { JobKey, SentJobConfiguration, SentJobKey } from "../scheduler/model";
import { jobKeyText, ScheduleStatus } from "../scheduler/model";
import { checkAddition } from "../scheduler/quota";
import type { Store } from "../scheduler/store";
import { maxTasksPerJob, validateJob } from "../scheduler/validation";
import { assertJobKey, assertNotBlank, required } from "./arguments";
import type { Handler } from "./handler";

interface KillArguments {
  readonly job?: SentJobKey;
  readonly instances?: readonly number[];
  readonly message?: string;
}

interface RestartArguments {
  readonly job?: SentJobKey;
  readonly shardIds?: readonly number[];
}

interface AddArguments {
  readonly key?: { readonly jobKey?: SentJobKey; readonly instanceId: number };
  readonly count?: number;
}

/** Calls that make, change and end tasks. */
export const jobWrites: Readonly<Record<string, Handler>> = {
  createJob({ store, manager, updates, validation }, { description }: { readonly description?: SentJobConfiguration }) {
    const job = validateJob(validation, required(description, "description"));
    if (job.cronSchedule) {
      throw invalidRequest("Cron jobs may only be created/updated by calling scheduleCronJob.");
    }
    updates.assertNotUpdating(job.key);
    assertNoJob(store, job.key);
    checkInstanceCount(job.instanceCount);
    checkAddition(store, job.taskConfig, job.instanceCount);
    manager.insertPending(
      job.taskConfig,
      Array.from({ length: job.instanceCount }, (_, id) => id),
    );
    return {};
  },

  killTasks({ store, manager, updates }, { job, instances = [], message }: KillArguments, { user }) {
    const key = assertJobKey(job);
    updates.assertNotUpdating(key);
    const killed = store
      .activeTasksOf(key)
      .filter(({ assignedTask }) => instances.length === 0 || instances.includes(assignedTask.instanceId))
      .filter(({ assignedTask }) =>
        manager.changeState(
          assignedTask.taskId,
          ScheduleStatus.KILLING,
          `Killed by ${user}${message === undefined ? "" : `.\n${message}`}`,
        ),
      );
    return killed.length > 0 ? {} : { details: ["No tasks to kill."] };
  },

  restartShards({ store, manager, updates }, { job, shardIds }: RestartArguments, { user }) {
    const key = assertJobKey(job);
    const shards = new Set(assertNotBlank(shardIds));
    updates.assertNotUpdating(key);
    const tasks = store.activeTasksOf(key).filter(({ assignedTask }) => shards.has(assignedTask.instanceId));
    if (tasks.length !== shards.size) throw invalidRequest("Not all requested shards are active.");
    for (const { assignedTask } of tasks) {
      manager.changeState(assignedTask.taskId, ScheduleStatus.RESTARTING, `Restarted by ${user}`);
    }
    return {};
  },

  addInstances({ store, manager, updates }, { key: template, count = 0 }: AddArguments) {
    const { jobKey, instanceId } = required(template, "key");
    const key = assertJobKey(jobKey);
    if (count <= 0) throw invalidRequest("Instance count must be positive.");
    if (store.cronJob(key)) throw invalidRequest("Instances may not be added to cron jobs.");
    updates.assertNotUpdating(key);
    const tasks = store.activeTasksOf(key).map(({ assignedTask }) => assignedTask);
    const config = tasks.find((task) => task.instanceId === instanceId)?.task;
    if (!config) throw invalidRequest("No active task found for a given instance ID.");
    checkInstanceCount(tasks.length + count);
    checkAddition(store, config, count);
    const last = Math.max(...tasks.map((task) => task.instanceId));
    manager.insertPending(
      config,
      Array.from({ length: count }, (_, i) => last + 1 + i),
    );
    return {};
  },
};

/** @throws Refused when the job has active tasks or is a cron job. */
export function assertNoJob(store: Store, key: JobKey): void {
  if (store.activeTasksOf(key).length > 0 || store.cronJob(key)) {
    throw invalidRequest(`Job ${jobKeyText(key)} already exists`);
  }
}

export function checkInstanceCount(total: number): void {
  if (total <= 0 || total > maxTasksPerJob) {
    throw invalidRequest(`Instance count must be between 1 and ${maxTasksPerJob} inclusive.`);
  }
}
