import { invalidRequest, Refused } from "../scheduler/errors";
import type { JobConfiguration, JobKey, ScheduledTask, SentJobConfiguration } from "../scheduler/model";
import { jobKeyText, ScheduleStatus } from "../scheduler/model";
import { aggregateOf, consumptionOf } from "../scheduler/quota";
import { activeStatuses, terminalStatuses } from "../scheduler/status";
import { defaultTier, tiers } from "../scheduler/tiers";
import { validateJob } from "../scheduler/validation";
import { assertNotBlank, required } from "./arguments";
import type { Handler, SchedulerParts } from "./handler";

/** Reads about roles and jobs. */
export const jobReads: Readonly<Record<string, Handler>> = {
  getRoleSummary({ store }) {
    const jobs = store.jobKeys();
    const cronJobs = [...store.allCronJobs()].map(({ key }) => key);
    const roles = new Set([...jobs, ...cronJobs].map(({ role }) => role));
    const count = (keys: readonly JobKey[], role: string) => keys.filter((key) => key.role === role).length;
    const summaries = [...roles].map((role) => ({
      role,
      jobCount: count(jobs, role),
      cronJobCount: count(cronJobs, role),
    }));
    return { result: { roleSummaryResult: { summaries } } };
  },

  getJobSummary(parts, { role }: { readonly role?: string }) {
    const summaries = jobsOf(parts, role, () => true).map(({ job, tasks }) => ({
      job,
      stats: statsOf(tasks),
    }));
    return { result: { jobSummaryResult: { summaries } } };
  },

  getJobs(parts, { ownerRole }: { readonly ownerRole?: string }) {
    const active = ({ status }: ScheduledTask) => activeStatuses.has(status);
    const configs = jobsOf(parts, ownerRole, active).map(({ job }) => job);
    return { result: { getJobsResult: { configs } } };
  },

  getQuota({ store }, { ownerRole }: { readonly ownerRole?: string }) {
    const role = assertNotBlank(ownerRole);
    const consumption = consumptionOf(store, role);
    const none = aggregateOf({ cpus: 0, ramMb: 0, diskMb: 0 });
    const getQuotaResult = {
      quota: store.quota(role) ?? none,
      prodSharedConsumption: aggregateOf(consumption.prodShared),
      nonProdSharedConsumption: aggregateOf(consumption.nonProdShared),
      prodDedicatedConsumption: aggregateOf(consumption.prodDedicated),
      nonProdDedicatedConsumption: aggregateOf(consumption.nonProdDedicated),
    };
    return { result: { getQuotaResult } };
  },

  populateJobConfig({ validation }, { description }: { readonly description?: SentJobConfiguration }) {
    try {
      const { taskConfig } = validateJob(validation, required(description, "description"));
      return { result: { populateJobResult: { taskConfig } } };
    } catch (error) {
      if (error instanceof Refused && error.detail !== undefined) {
        throw invalidRequest(`Invalid configuration: ${error.detail}`);
      }
      throw error;
    }
  },

  getTierConfigs: () => ({
    result: {
      getTierConfigResult: {
        defaultTierName: defaultTier,
        tiers: Object.entries(tiers).map(([name, { preemptible, revocable }]) => ({
          name,
          settings: { preemptible: String(preemptible), revocable: String(revocable) },
        })),
      },
    },
  }),
};

interface JobView {
  readonly job: JobConfiguration;
  readonly tasks: readonly ScheduledTask[];
}

/** Jobs as Aurora makes them up from their tasks: the latest task's configuration, as many instances as tasks. */
function jobsOf(
  { store }: SchedulerParts,
  role: string | undefined,
  wanted: (task: ScheduledTask) => boolean,
): JobView[] {
  const inRole = (key: JobKey) => role === undefined || key.role === role;
  const views = new Map<string, JobView>();
  for (const key of store.jobKeys().filter(inRole)) {
    const tasks = store.tasksOf(key).filter(wanted);
    const latest = latestActive(tasks);
    if (!latest) continue;
    const { task: taskConfig } = latest.assignedTask;
    const { owner } = taskConfig;
    const job = { key, ...(owner && { owner }), taskConfig, instanceCount: tasks.length };
    views.set(jobKeyText(key), { job, tasks });
  }
  for (const job of store.allCronJobs()) {
    if (inRole(job.key)) views.set(jobKeyText(job.key), { job, tasks: store.tasksOf(job.key).filter(wanted) });
  }
  return [...views.values()];
}

const statusOrder: readonly ScheduleStatus[] = [...terminalStatuses, ...activeStatuses];

/** The last to change of the active tasks, or of the dead when none is active. */
function latestActive(tasks: readonly ScheduledTask[]): ScheduledTask | undefined {
  const active = tasks.filter(({ status }) => activeStatuses.has(status));
  const changedAt = ({ taskEvents }: ScheduledTask) => taskEvents.at(-1)?.timestamp ?? 0;
  return [...(active.length > 0 ? active : tasks)].sort(
    (a, b) => changedAt(b) - changedAt(a) || statusOrder.indexOf(b.status) - statusOrder.indexOf(a.status),
  )[0];
}

function statsOf(tasks: readonly ScheduledTask[]) {
  const count = (...statuses: ScheduleStatus[]) => tasks.filter(({ status }) => statuses.includes(status)).length;
  const pendingTaskCount = count(ScheduleStatus.INIT, ScheduleStatus.PENDING, ScheduleStatus.THROTTLED);
  const finishedTaskCount = count(ScheduleStatus.KILLED, ScheduleStatus.FINISHED);
  const failedTaskCount = count(ScheduleStatus.LOST, ScheduleStatus.FAILED);
  return {
    activeTaskCount: tasks.length - pendingTaskCount - finishedTaskCount - failedTaskCount,
    finishedTaskCount,
    failedTaskCount,
    pendingTaskCount,
  };
}
