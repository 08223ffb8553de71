import { invalidRequest } from "../scheduler/errors";
import type { JobKey, SentJobConfiguration, SentJobKey } from "../scheduler/model";
import { jobKeyText, ScheduleStatus } from "../scheduler/model";
import { checkAddition } from "../scheduler/quota";
import type { Store } from "../scheduler/store";
import { maxTasksPerJob, validateJob } from "../scheduler/validation";
import { assertJobKey, assertNotBlank } from "./arguments";
import type { Handler } from "./handler";

/** Calls that make, change and end tasks. */
export const jobWrites: Readonly<Record<string, Handler>> = {
  createJob({ store, manager, updates, validation }, args) {
    const job = validateJob(validation, args.required<SentJobConfiguration>("description"));
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

  killTasks({ store, manager, updates }, args, { user }) {
    const key = assertJobKey(args.optional<SentJobKey>("job"));
    const instances = args.optional<readonly number[]>("instances") ?? [];
    const message = args.optional<string>("message");
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

  restartShards({ store, manager, updates }, args, { user }) {
    const key = assertJobKey(args.optional<SentJobKey>("job"));
    const shards = new Set(assertNotBlank(args.optional<readonly number[]>("shardIds")));
    updates.assertNotUpdating(key);
    const tasks = store.activeTasksOf(key).filter(({ assignedTask }) => shards.has(assignedTask.instanceId));
    if (tasks.length !== shards.size) throw invalidRequest("Not all requested shards are active.");
    for (const { assignedTask } of tasks) {
      manager.changeState(assignedTask.taskId, ScheduleStatus.RESTARTING, `Restarted by ${user}`);
    }
    return {};
  },

  addInstances({ store, manager, updates }, args) {
    const { jobKey, instanceId } = args.required<{ jobKey?: SentJobKey; instanceId: number }>("key");
    const key = assertJobKey(jobKey);
    const count = args.optional<number>("count") ?? 0;
    if (count <= 0) throw invalidRequest("Instance count must be positive.");
    if (store.cronJob(key)) throw invalidRequest("Instances may not be added to cron jobs.");
    updates.assertNotUpdating(key);
    const tasks = store.activeTasksOf(key).map(({ assignedTask }) => assignedTask);
    const template = tasks.find((task) => task.instanceId === instanceId)?.task;
    if (!template) throw invalidRequest("No active task found for a given instance ID.");
    checkInstanceCount(tasks.length + count);
    checkAddition(store, template, count);
    const last = Math.max(...tasks.map((task) => task.instanceId));
    manager.insertPending(
      template,
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
