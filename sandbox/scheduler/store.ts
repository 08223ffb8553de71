import { aurora } from "../thrift/aurora";
import { canonicalText } from "../thrift/canonical";
import type { StructValue } from "../thrift/struct-codec";
import type {
  JobConfiguration,
  JobKey,
  JobUpdateDetails,
  JobUpdateKey,
  JobUpdateQuery,
  ResourceAggregate,
  ScheduledTask,
  TaskConfig,
  TaskQuery,
} from "./model";
import { jobKeyText } from "./model";
import { activeStatuses, activeUpdateStatuses } from "./status";

/** One change of the store. */
export type Change =
  | { readonly kind: "task"; readonly task: ScheduledTask }
  | { readonly kind: "taskDeleted"; readonly taskId: string }
  | { readonly kind: "update"; readonly details: JobUpdateDetails }
  | { readonly kind: "quota"; readonly role: string; readonly quota: ResourceAggregate }
  | { readonly kind: "cron"; readonly job: JobConfiguration }
  | { readonly kind: "cronDeleted"; readonly key: JobKey };

const taskConfigStruct = aurora.structs.get("TaskConfig");

/**
 * What the scheduler knows: tasks, updates, quotas, cron jobs. Values are immutable and replaced as a whole; every
 * change goes through {@link apply} and is told to `onChange`. Equal task configurations are one object here, so
 * `===` compares them.
 */
export class Store {
  private readonly tasks = new Map<string, ScheduledTask>();
  private readonly taskIdsByJob = new Map<string, Set<string>>();
  private readonly updatesById = new Map<string, JobUpdateDetails>();
  private readonly quotas = new Map<string, ResourceAggregate>();
  private readonly cronJobs = new Map<string, JobConfiguration>();
  private readonly configs = new Map<string, TaskConfig>();
  private readonly interned = new WeakSet<TaskConfig>();

  constructor(private readonly onChange: (change: Change) => void = () => undefined) {}

  apply(change: Change): void {
    this.restore(change);
    this.onChange(change);
  }

  /** Applies a change that was written down before. */
  restore(change: Change): void {
    switch (change.kind) {
      case "task":
        this.putTask(change.task);
        return;
      case "taskDeleted":
        this.deleteTask(change.taskId);
        return;
      case "update":
        this.updatesById.set(updateText(change.details.update.summary.key), this.internUpdate(change.details));
        return;
      case "quota":
        this.quotas.set(change.role, change.quota);
        return;
      case "cron":
        this.cronJobs.set(jobKeyText(change.job.key), change.job);
        return;
      case "cronDeleted":
        this.cronJobs.delete(jobKeyText(change.key));
    }
  }

  /** The changes that make an empty store like this one. */
  *contents(): Generator<Change> {
    for (const task of this.tasks.values()) yield { kind: "task", task };
    for (const details of this.updatesById.values()) yield { kind: "update", details };
    for (const [role, quota] of this.quotas) yield { kind: "quota", role, quota };
    for (const job of this.cronJobs.values()) yield { kind: "cron", job };
  }

  /** The one object that stands for all configurations equal to `config`. */
  intern(config: TaskConfig): TaskConfig {
    if (this.interned.has(config)) return config;
    if (!taskConfigStruct) throw new Error("Aurora's interface has no struct 'TaskConfig'.");
    const text = canonicalText(taskConfigStruct, config as unknown as StructValue);
    const known = this.configs.get(text);
    if (known) return known;
    this.configs.set(text, config);
    this.interned.add(config);
    return config;
  }

  task(taskId: string): ScheduledTask | undefined {
    return this.tasks.get(taskId);
  }

  allTasks(): IterableIterator<ScheduledTask> {
    return this.tasks.values();
  }

  /** Tasks of a job, dead ones too. */
  tasksOf(key: JobKey): ScheduledTask[] {
    const ids = this.taskIdsByJob.get(jobKeyText(key)) ?? [];
    return [...ids].flatMap((id) => this.tasks.get(id) ?? []);
  }

  activeTasksOf(key: JobKey): ScheduledTask[] {
    return this.tasksOf(key).filter(({ status }) => activeStatuses.has(status));
  }

  activeInstance(key: JobKey, instanceId: number): ScheduledTask | undefined {
    return this.activeTasksOf(key).find(({ assignedTask }) => assignedTask.instanceId === instanceId);
  }

  /** Tasks that match all that the query names, in the order they were made, or job by job; offset and limit are not applied. */
  queryTasks(query: TaskQuery): ScheduledTask[] {
    const { role, environment, jobName } = query;
    const candidates = this.candidates(query);
    const jobs = new Set(query.jobKeys.map(jobKeyText));
    return candidates.filter(({ assignedTask, status }) => {
      const { job } = assignedTask.task;
      return (
        (role === undefined || job.role === role) &&
        (environment === undefined || job.environment === environment) &&
        (jobName === undefined || job.name === jobName) &&
        anyOf(query.taskIds, assignedTask.taskId) &&
        anyOf(query.statuses, status) &&
        anyOf(query.instanceIds, assignedTask.instanceId) &&
        (query.slaveHosts.length === 0 || query.slaveHosts.includes(assignedTask.slaveHost ?? "")) &&
        (jobs.size === 0 || jobs.has(jobKeyText(job)))
      );
    });
  }

  /** Those that may match: of the jobs that are named, where some are. */
  private candidates({ role, environment, jobName, jobKeys }: TaskQuery): ScheduledTask[] {
    if (role !== undefined && environment !== undefined && jobName !== undefined)
      return this.tasksOf({ role, environment, name: jobName });
    const named = new Map(jobKeys.map((key) => [jobKeyText(key), key]));
    return named.size === 0 ? [...this.tasks.values()] : [...named.values()].flatMap((key) => this.tasksOf(key));
  }

  /** Jobs that have tasks, dead ones too. */
  jobKeys(): JobKey[] {
    return [...this.taskIdsByJob.values()].flatMap((ids) => {
      const [first] = ids;
      const task = first === undefined ? undefined : this.tasks.get(first);
      return task ? [task.assignedTask.task.job] : [];
    });
  }

  update(key: JobUpdateKey): JobUpdateDetails | undefined {
    return this.updatesById.get(updateText(key));
  }

  allUpdates(): IterableIterator<JobUpdateDetails> {
    return this.updatesById.values();
  }

  activeUpdateOf(key: JobKey): JobUpdateDetails | undefined {
    const text = jobKeyText(key);
    return [...this.updatesById.values()].find(
      ({ update: { summary } }) =>
        jobKeyText(summary.key.job) === text && activeUpdateStatuses.has(summary.state.status),
    );
  }

  /** Updates that match all that the query names, last changed first. */
  queryUpdates(query: JobUpdateQuery): JobUpdateDetails[] {
    const { role, user } = query;
    const job = query.jobKey && jobKeyText(query.jobKey);
    const key = query.key && updateText(query.key);
    const found = [...this.updatesById.values()]
      .filter(
        ({ update: { summary } }) =>
          (role === undefined || summary.key.job.role === role) &&
          (user === undefined || summary.user === user) &&
          (job === undefined || jobKeyText(summary.key.job) === job) &&
          (key === undefined || updateText(summary.key) === key) &&
          anyOf(query.updateStatuses, summary.state.status),
      )
      .sort((a, b) => b.update.summary.state.lastModifiedTimestampMs - a.update.summary.state.lastModifiedTimestampMs);
    return found.slice(query.offset, query.limit > 0 ? query.offset + query.limit : undefined);
  }

  quota(role: string): ResourceAggregate | undefined {
    return this.quotas.get(role);
  }

  allQuotas(): IterableIterator<[string, ResourceAggregate]> {
    return this.quotas.entries();
  }

  cronJob(key: JobKey): JobConfiguration | undefined {
    return this.cronJobs.get(jobKeyText(key));
  }

  allCronJobs(): IterableIterator<JobConfiguration> {
    return this.cronJobs.values();
  }

  private putTask(task: ScheduledTask): void {
    const { taskId, task: config } = task.assignedTask;
    this.tasks.set(taskId, { ...task, assignedTask: { ...task.assignedTask, task: this.intern(config) } });
    const job = jobKeyText(config.job);
    const ids = this.taskIdsByJob.get(job) ?? new Set();
    this.taskIdsByJob.set(job, ids.add(taskId));
  }

  private deleteTask(taskId: string): void {
    const task = this.tasks.get(taskId);
    if (!task) return;
    this.tasks.delete(taskId);
    const job = jobKeyText(task.assignedTask.task.job);
    const ids = this.taskIdsByJob.get(job);
    ids?.delete(taskId);
    if (ids?.size === 0) this.taskIdsByJob.delete(job);
  }

  private internUpdate(details: JobUpdateDetails): JobUpdateDetails {
    const { instructions } = details.update;
    const { desiredState } = instructions;
    return {
      ...details,
      update: {
        ...details.update,
        instructions: {
          ...instructions,
          initialState: instructions.initialState.map((group) => ({ ...group, task: this.intern(group.task) })),
          ...(desiredState && { desiredState: { ...desiredState, task: this.intern(desiredState.task) } }),
        },
      },
    };
  }
}

function anyOf<T>(wanted: readonly T[], value: T): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function updateText({ job, id }: JobUpdateKey): string {
  return `${jobKeyText(job)}/${id}`;
}
