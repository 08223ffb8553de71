import { checkCron } from "../scheduler/cron";
import { invalidRequest } from "../scheduler/errors";
import type { SentJobConfiguration, SentJobKey } from "../scheduler/model";
import { jobKeyText, ScheduleStatus } from "../scheduler/model";
import { checkAddition } from "../scheduler/quota";
import { validateJob } from "../scheduler/validation";
import { assertJobKey, required } from "./arguments";
import type { Answer, Handler, SchedulerParts } from "./handler";
import { assertNoJob, checkInstanceCount } from "./write-jobs";

/** Calls about cron jobs. Schedules are kept, checked and shown; jobs run only when `startCronJob` says so. */
export const cronWrites: Readonly<Record<string, Handler>> = {
  scheduleCronJob: (parts, { description }: { readonly description?: SentJobConfiguration }) =>
    saveCronJob(parts, required(description, "description"), false),

  replaceCronTemplate: (parts, { config }: { readonly config?: SentJobConfiguration }) =>
    saveCronJob(parts, required(config, "config"), true),

  descheduleCronJob({ store, updates }, { job }: { readonly job?: SentJobKey }) {
    const key = assertJobKey(job);
    updates.assertNotUpdating(key);
    if (!store.cronJob(key)) return { details: [`Job ${jobKeyText(key)} is not scheduled with cron`] };
    store.apply({ kind: "cronDeleted", key });
    return {};
  },

  startCronJob({ store, manager }, args: { readonly job?: SentJobKey }) {
    const key = assertJobKey(args.job);
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

function saveCronJob(
  { store, updates, validation }: SchedulerParts,
  sent: SentJobConfiguration,
  onlyReplace: boolean,
): Answer {
  const key = assertJobKey(sent.key);
  const job = validateJob(validation, sent);
  if (!job.cronSchedule) throw invalidRequest(`Job ${jobKeyText(key)} has no cron schedule`);
  updates.assertNotUpdating(key);
  checkInstanceCount(job.instanceCount);
  checkAddition(store, job.taskConfig, job.instanceCount);
  checkCron(job.cronSchedule);
  if (onlyReplace && !store.cronJob(key)) {
    throw invalidRequest(`No cron job found for ${jobKeyText(key)}.`);
  }
  if (!store.cronJob(key)) assertNoJob(store, key);
  store.apply({ kind: "cron", job });
  return {};
}
