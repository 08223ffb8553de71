import { checkCron } from "../scheduler/cron";
import { invalidRequest } from "../scheduler/errors";
import type { SentJobConfiguration, SentJobKey } from "../scheduler/model";
import { jobKeyText, ScheduleStatus } from "../scheduler/model";
import { checkAddition } from "../scheduler/quota";
import { validateJob } from "../scheduler/validation";
import { assertJobKey } from "./arguments";
import type { Arguments, Handler, SchedulerParts } from "./handler";
import { assertNoJob, checkInstanceCount } from "./write-jobs";

/** Calls about cron jobs. Schedules are kept, checked and shown; jobs run only when `startCronJob` says so. */
export const cronWrites: Readonly<Record<string, Handler>> = {
  scheduleCronJob: (parts, args) => saveCronJob(parts, args, "description"),

  replaceCronTemplate: (parts, args) => saveCronJob(parts, args, "config"),

  descheduleCronJob({ store, updates }, args) {
    const key = assertJobKey(args.optional<SentJobKey>("job"));
    updates.assertNotUpdating(key);
    if (!store.cronJob(key)) return { details: [`Job ${jobKeyText(key)} is not scheduled with cron`] };
    store.apply({ kind: "cronDeleted", key });
    return {};
  },

  startCronJob({ store, manager }, args) {
    const key = assertJobKey(args.optional<SentJobKey>("job"));
    const job = store.cronJob(key);
    if (!job) {
      throw invalidRequest(`Failed to start cron job - No cron job found for ${jobKeyText(key)}.`);
    }
    const running = store.activeTasksOf(key);
    for (const { assignedTask } of running) {
      manager.changeState(assignedTask.taskId, ScheduleStatus.KILLING, "Killed by cron");
    }
    if (store.activeTasksOf(key).length === 0) {
      manager.insertPending(
        job.taskConfig,
        Array.from({ length: job.instanceCount }, (_, id) => id),
      );
    }
    return {};
  },
};

function saveCronJob({ store, updates, validation }: SchedulerParts, args: Arguments, argument: string) {
  const sent = args.required<SentJobConfiguration>(argument);
  const key = assertJobKey(sent.key);
  const job = validateJob(validation, sent);
  if (!job.cronSchedule) throw invalidRequest(`Job ${jobKeyText(key)} has no cron schedule`);
  updates.assertNotUpdating(key);
  checkInstanceCount(job.instanceCount);
  checkAddition(store, job.taskConfig, job.instanceCount);
  checkCron(job.cronSchedule);
  if (argument === "config" && !store.cronJob(key)) {
    throw invalidRequest(`No cron job found for ${jobKeyText(key)}.`);
  }
  if (!store.cronJob(key)) assertNoJob(store, key);
  store.apply({ kind: "cron", job });
  return {};
}
