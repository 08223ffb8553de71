import type { SchedulerArgs } from "../cluster-args";
import { batched } from "./batch";
import { createCaller, createPageReader } from "./caller";
import { createChannel } from "./channel";
import { tlsOf, userOf, secretsOf } from "./credentials";
import type { AuroraCredentials } from "./credentials";
import { AuroraError, redactor } from "./errors";
import { createHttpClient } from "./http";
import type { JobConfiguration } from "./job-configuration";
import { formatJobKey, type JobKey } from "./job-key";
import { int32, jobToThrift } from "./job-thrift";
import { leaderLocator, type OpenServiceSet } from "./leader";
import { lastWords, type LastWords } from "./observer";
import type { Offer } from "./offers";
import { detailsOf } from "./outcome";
import { jobSummaryFromThrift, quotaFromThrift, resourcesToThrift, tiersFromThrift } from "./role";
import type { JobSummary, Resources, RoleQuota, Tiers } from "./role";
import { ACTIVE_STATES, taskStatusFromThrift, type TaskStatus } from "./task-status";
import type { Plain, Wire } from "./protocol";
import { JobUpdatePulseStatus, ScheduleStatus } from "./thrift/gen/api_types";
import type * as thrift from "./thrift/gen/api_types";
import { enumName } from "./thrift-values";
import {
  ACTIVE_UPDATE_STATES,
  updateDetailsFromThrift,
  updateKeyFromThrift,
  updateSummaryFromThrift,
  updateToThrift,
} from "./update";
import type { UpdateDetails, UpdateKey, UpdateRequest, UpdateSummary } from "./update";

export type { AuroraCredentials } from "./credentials";

/**
 * The Aurora scheduler's API, for one cluster. Every method throws {@link AuroraError}; a call that changes something
 * and ends `unsure` has not been repeated: look at the tasks for whether it landed.
 */
export interface AuroraClient {
  /**
   * The job's tasks, ended ones among them: the scheduler keeps those a while. `active`: only those that are not over;
   * `withConfig`: with what they run, which is most of the bytes. A job that is not there has none.
   */
  tasks(job: JobKey, options?: { readonly active?: boolean; readonly withConfig?: boolean }): Promise<TaskStatus[]>;
  /**
   * The active tasks of every job of an environment, by job key, without what they run; undefined where there are more than
   * `most` of them.
   */
  activeTasks(
    place: Pick<JobKey, "role" | "environment">,
    most: number,
  ): Promise<ReadonlyMap<string, readonly TaskStatus[]> | undefined>;
  /** Tasks land under `taskConfig.job`, duplicates are told by `key`: keep them equal. Kind `exists` while any task of the job is active. */
  createJob(config: JobConfiguration): Promise<void>;
  /**
   * Starts killing: the tasks are gone when {@link tasks} with `active` no longer lists them. Instances that are not
   * there are no error. A list must name at least one instance, since Aurora takes an empty one for all.
   */
  killTasks(
    job: JobKey,
    instances: readonly number[] | "all",
    message?: string,
  ): Promise<"killing" | "nothing to kill">;
  /** Adds `count` instances that run what instance `templateInstance`, an active one, does. */
  addInstances(job: JobKey, templateInstance: number, count: number): Promise<void>;
  /** Ends each of the instances and starts it anew, with the same configuration; at least one must be named. */
  restartInstances(job: JobKey, instances: readonly number[]): Promise<void>;
  /** Starts a rolling update; of a job that is not there, it creates it. Kind `updating`, with `updateId`, while another is under way. */
  startUpdate(request: UpdateRequest, message: string): Promise<{ readonly id: string } | "unchanged">;
  /** The job's updates that the scheduler still knows, running and over, newest first. */
  updateSummaries(job: JobKey): Promise<UpdateSummary[]>;
  /** The updates under way of all jobs of the role, those among them that have no task in this moment. */
  activeUpdates(role: string): Promise<UpdateKey[]>;
  updateDetails(update: UpdateKey): Promise<UpdateDetails>;
  pauseUpdate(update: UpdateKey, message?: string): Promise<void>;
  resumeUpdate(update: UpdateKey, message?: string): Promise<void>;
  /** Leaves things as they are in that moment: an instance that was being replaced stays missing. */
  abortUpdate(update: UpdateKey, message?: string): Promise<void>;
  rollbackUpdate(update: UpdateKey, message?: string): Promise<void>;
  /** `finished` also for an update that the scheduler does not know. */
  pulseUpdate(update: UpdateKey): Promise<"ok" | "finished">;
  /** Why tasks are not placed, by task id; the reason may be empty. */
  pendingReasons(job: JobKey): Promise<{ readonly taskId: string; readonly reason: string }[]>;
  quota(role: string): Promise<RoleQuota>;
  /** For administrators alone: kind `forbidden` for anybody else, `invalid` when the role's jobs use more. */
  setQuota(role: string, quota: Resources): Promise<void>;
  /** The role's jobs, those whose tasks are all over included, as long as the scheduler keeps the tasks. */
  jobs(role: string): Promise<JobSummary[]>;
  tiers(): Promise<Tiers>;
  /** What the hosts have free in this moment, as far as the scheduler holds offers of it. */
  offers(): Promise<Offer[]>;
  /** What a task that ended has said last; see {@link lastWords}. */
  lastWords(task: TaskStatus): Promise<LastWords | undefined>;
  /** Drops the connections. */
  close(): Promise<void>;
}

export interface AuroraOptions {
  /** Name of the cluster; in job keys, and in the names of settings that messages tell to set. */
  readonly cluster: string;
  readonly scheduler: SchedulerArgs;
  readonly credentials?: AuroraCredentials;
  /** For one attempt at a call, from connecting to the last byte (default 30 s). */
  readonly timeoutMs?: number;
  /** How long after its beginning a call that fails transiently may still be repeated (default 30 s; 0: never). */
  readonly retryForMs?: number;
  /** Needed for `scheduler.zookeeper`. */
  readonly openServiceSet?: OpenServiceSet;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRY_FOR_MS = 30_000;
const activeStatuses = ACTIVE_STATES.map((state) => ScheduleStatus[state]);
const noOffersPage =
  "Aurora 0.21 and later have it, and a proxy before the scheduler must pass it on; 'requireOffers' in the stack document is what asks for it.";
const NOTHING_TO_KILL = "No tasks to kill.";

/** A client of the cluster's scheduler; connects with the first call. @throws UserError when the options contradict themselves. */
export function connectAurora(options: AuroraOptions): AuroraClient {
  const { cluster, credentials = {}, timeoutMs = DEFAULT_TIMEOUT_MS, retryForMs = DEFAULT_RETRY_FOR_MS } = options;
  const user = userOf(cluster, credentials);
  const redact = redactor(secretsOf(credentials));
  const channel = createChannel({
    cluster,
    locator: leaderLocator(options.scheduler, options.openServiceSet),
    http: createHttpClient(tlsOf(cluster, credentials)),
    ...(user === undefined ? {} : { credentials: user }),
    redact,
  });
  const call = createCaller({ channel, redact, timeoutMs, retryForMs });
  const readPage = createPageReader({ channel, timeoutMs, retryForMs });

  const changeUpdate =
    (method: "pauseJobUpdate" | "resumeJobUpdate" | "abortJobUpdate" | "rollbackJobUpdate") =>
    (update: UpdateKey, message?: string): Promise<void> =>
      call({
        method,
        subject: formatUpdateKey(update),
        invoke: (scheduler, done) => scheduler[method](updateKeyToThrift(update), message, done),
        read: nothing,
      });

  const activeOf = batched((jobs) =>
    call({
      method: "getTasksWithoutConfigs",
      subject: jobsInWords(jobs),
      invoke: (scheduler, done) =>
        scheduler.getTasksWithoutConfigs({ ...queryForAll(jobs), statuses: activeStatuses }, done),
      read: ({ result }) => byJob(cluster, result?.scheduleStatusResult?.tasks ?? []),
    }),
  );

  return {
    tasks: async (job, { active = false, withConfig = false } = {}) => {
      if (active && !withConfig) return [...(await activeOf(job))];
      const method = withConfig ? "getTasksStatus" : "getTasksWithoutConfigs";
      const query = { ...queryFor(job), ...(active && { statuses: activeStatuses }) };
      return call({
        method,
        subject: formatJobKey(job),
        invoke: (scheduler, done) => scheduler[method](query, done),
        read: ({ result }) => (result?.scheduleStatusResult?.tasks ?? []).map(taskStatusFromThrift),
      });
    },

    activeTasks: ({ role, environment }, most) =>
      call({
        method: "getTasksWithoutConfigs",
        subject: `${cluster}/${role}/${environment}`,
        invoke: (scheduler, done) =>
          scheduler.getTasksWithoutConfigs({ role, environment, statuses: activeStatuses, limit: most + 1 }, done),
        read: ({ result }) => {
          const tasks = result?.scheduleStatusResult?.tasks ?? [];
          return tasks.length > most ? undefined : byJob(cluster, tasks);
        },
      }),

    createJob: (config) =>
      call({
        method: "createJob",
        subject: formatJobKey({ cluster, ...config.key }),
        invoke: (scheduler, done) => scheduler.createJob(jobToThrift(config), done),
        read: nothing,
      }),

    killTasks: async (job, instances, message) => {
      const ids = instances === "all" ? undefined : atLeastOne("killTasks", job, instances);
      return call({
        method: "killTasks",
        subject: formatJobKey(job),
        invoke: (scheduler, done) => scheduler.killTasks(keyToThrift(job), ids, message, done),
        read: (response) => (detailsOf(response).includes(NOTHING_TO_KILL) ? "nothing to kill" : "killing"),
      });
    },

    addInstances: (job, templateInstance, count) =>
      call({
        method: "addInstances",
        subject: formatJobKey(job),
        invoke: (scheduler, done) =>
          scheduler.addInstances(
            { jobKey: keyToThrift(job), instanceId: int32("The instance's number", templateInstance) },
            int32("The count of instances to add", count),
            done,
          ),
        read: nothing,
      }),

    restartInstances: async (job, instances) => {
      const ids = atLeastOne("restartShards", job, instances);
      return call({
        method: "restartShards",
        subject: formatJobKey(job),
        invoke: (scheduler, done) => scheduler.restartShards(keyToThrift(job), ids, done),
        read: nothing,
      });
    },

    startUpdate: (request, message) =>
      call({
        method: "startJobUpdate",
        subject: formatJobKey({ cluster, ...request.config.job }),
        invoke: (scheduler, done) => scheduler.startJobUpdate(updateToThrift(request), message, done),
        read: ({ result }) => {
          const id = result?.startJobUpdateResult?.key?.id;
          return id == null ? "unchanged" : { id };
        },
      }),

    updateSummaries: (job) =>
      call({
        method: "getJobUpdateSummaries",
        subject: formatJobKey(job),
        invoke: (scheduler, done) => scheduler.getJobUpdateSummaries({ jobKey: keyToThrift(job) }, done),
        read: ({ result }) =>
          (result?.getJobUpdateSummariesResult?.updateSummaries ?? [])
            .map(updateSummaryFromThrift)
            .sort((a, b) => b.created - a.created),
      }),

    activeUpdates: (role) =>
      call({
        method: "getJobUpdateSummaries",
        subject: `role ${role}`,
        invoke: (scheduler, done) => scheduler.getJobUpdateSummaries({ role }, done),
        read: ({ result }) =>
          (result?.getJobUpdateSummariesResult?.updateSummaries ?? [])
            .filter((summary) => ACTIVE_UPDATE_STATES.includes(updateSummaryFromThrift(summary).status))
            .map((summary) => updateKeyFromThrift(cluster, summary)),
      }),

    updateDetails: (update) =>
      call({
        method: "getJobUpdateDetails",
        subject: formatUpdateKey(update),
        invoke: (scheduler, done) => scheduler.getJobUpdateDetails(updateKeyToThrift(update), undefined, done),
        read: ({ result }) => updateDetailsFromThrift(result?.getJobUpdateDetailsResult?.details ?? {}),
      }),

    pauseUpdate: changeUpdate("pauseJobUpdate"),
    resumeUpdate: changeUpdate("resumeJobUpdate"),
    abortUpdate: changeUpdate("abortJobUpdate"),
    rollbackUpdate: changeUpdate("rollbackJobUpdate"),

    pulseUpdate: (update) =>
      call({
        method: "pulseJobUpdate",
        subject: formatUpdateKey(update),
        invoke: (scheduler, done) => scheduler.pulseJobUpdate(updateKeyToThrift(update), done),
        read: ({ result }) => pulseFromThrift(result?.pulseJobUpdateResult?.status),
      }),

    pendingReasons: (job) =>
      call({
        method: "getPendingReason",
        subject: formatJobKey(job),
        invoke: (scheduler, done) => scheduler.getPendingReason(queryFor(job), done),
        read: ({ result }) =>
          (result?.getPendingReasonResult?.reasons ?? []).map(({ taskId, reason }) => ({
            taskId: taskId ?? "",
            reason: reason ?? "",
          })),
      }),

    quota: (role) =>
      call({
        method: "getQuota",
        subject: `role ${role}`,
        invoke: (scheduler, done) => scheduler.getQuota(role, done),
        read: ({ result }) => quotaFromThrift(result?.getQuotaResult ?? {}),
      }),

    setQuota: (role, quota) =>
      call({
        method: "setQuota",
        subject: `role ${role}`,
        invoke: (scheduler, done) => scheduler.setQuota(role, resourcesToThrift(quota), done),
        read: nothing,
      }),

    jobs: (role) =>
      call({
        method: "getJobSummary",
        subject: `role ${role}`,
        invoke: (scheduler, done) => scheduler.getJobSummary(role, done),
        read: ({ result }) =>
          (result?.jobSummaryResult?.summaries ?? []).map((summary) => jobSummaryFromThrift(cluster, summary)),
      }),

    tiers: () =>
      call({
        method: "getTierConfigs",
        subject: `cluster ${cluster}`,
        invoke: (scheduler, done) => scheduler.getTierConfigs(done),
        read: ({ result }) => tiersFromThrift(result?.getTierConfigResult ?? {}),
      }),

    offers: async () => {
      // Asked by few runs; what reads the page is slow to load.
      const { offersFromJson } = await import("./offers.js");
      return readPage("/offers", noOffersPage, offersFromJson);
    },

    lastWords: (task) => lastWords(task, options.scheduler.observerPort),

    close: () => channel.close(),
  };
}

function nothing(): void {
  // These calls answer with no result.
}

function atLeastOne(method: string, job: JobKey, instances: readonly number[]): number[] {
  if (instances.length === 0) {
    throw new AuroraError(
      `${method} of ${formatJobKey(job)}: no instance is named, which Aurora would take for all of them. Name some.`,
      { kind: "invalid" },
    );
  }
  return [...new Set(instances)].map((instance) => int32("The instance's number", instance));
}

function keyToThrift({ role, environment, name }: JobKey): Plain<thrift.JobKey> {
  return { role, environment, name };
}

function queryFor({ role, environment, name }: JobKey): Pick<thrift.TaskQuery, "role" | "environment" | "jobName"> {
  return { role, environment, jobName: name };
}

/** Of several jobs by their keys; of one as the stock client asks. */
function queryForAll(jobs: readonly JobKey[]): Partial<Plain<thrift.TaskQuery>> {
  const [first, ...others] = jobs;
  return first !== undefined && others.length === 0 ? queryFor(first) : { jobKeys: jobs.map(keyToThrift) };
}

function jobsInWords([first, ...others]: readonly JobKey[]): string {
  const rest = others.length === 0 ? "" : ` and ${others.length} more jobs`;
  return `${first === undefined ? "no job" : formatJobKey(first)}${rest}`;
}

/** By job keys. */
function byJob(cluster: string, tasks: readonly Wire<thrift.ScheduledTask>[]): Map<string, TaskStatus[]> {
  const all = new Map<string, TaskStatus[]>();
  for (const task of tasks) {
    const { role, environment, name } = task.assignedTask?.task?.job ?? {};
    if (role == null || environment == null || name == null) throw new RangeError("a task without its job");
    const key = formatJobKey({ cluster, role, environment, name });
    const known = all.get(key) ?? [];
    known.push(taskStatusFromThrift(task));
    all.set(key, known);
  }
  return all;
}

function updateKeyToThrift({ job, id }: UpdateKey): Plain<thrift.JobUpdateKey> {
  return { job: keyToThrift(job), id };
}

function formatUpdateKey({ job, id }: UpdateKey): string {
  return `${formatJobKey(job)}, update ${id}`;
}

function pulseFromThrift(status: thrift.JobUpdatePulseStatus | null | undefined): "ok" | "finished" {
  return enumName(JobUpdatePulseStatus, status) === "OK" ? "ok" : "finished";
}
