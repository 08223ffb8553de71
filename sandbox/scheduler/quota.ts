import { invalidRequest } from "./errors";
import type { InstanceTaskConfig, JobUpdateInstructions, Resource, ResourceAggregate, TaskConfig } from "./model";
import { jobKeyText } from "./model";
import { expandRanges } from "./ranges";
import { activeUpdateStatuses } from "./status";
import type { Store } from "./store";
import { quantity } from "./validation";

/** Amounts of the resources that quotas are about. */
export interface Amounts {
  readonly cpus: number;
  readonly ramMb: number;
  readonly diskMb: number;
}

const none: Amounts = { cpus: 0, ramMb: 0, diskMb: 0 };

/** A role's consumption, split as Aurora reports it. */
export interface Consumption {
  readonly prodShared: Amounts;
  readonly nonProdShared: Amounts;
  readonly prodDedicated: Amounts;
  readonly nonProdDedicated: Amounts;
}

/**
 * What a role's active tasks consume. Instances under an update count with the larger of their old and new
 * configuration's sum; cron jobs with their template.
 * @param requested an update that is about to start
 */
export function consumptionOf(store: Store, role: string, requested?: JobUpdateInstructions): Consumption {
  const updates = [...store.allUpdates()]
    .filter(
      ({ update: { summary } }) => summary.key.job.role === role && activeUpdateStatuses.has(summary.state.status),
    )
    .map(({ update }) => update.instructions);
  const all = requested ? [...updates, requested] : updates;
  const touched = new Set(all.flatMap((each) => groupsOf(each).flatMap(instanceTexts)));
  const tasks = store
    .jobKeys()
    .filter((key) => key.role === role)
    .flatMap((key) => store.activeTasksOf(key))
    .map(({ assignedTask }) => assignedTask)
    .filter(({ task, instanceId }) => !touched.has(instanceText(task, instanceId)))
    .filter(({ task }) => !store.cronJob(task.job));
  const templates = [...store.allCronJobs()].filter(({ key }) => key.role === role);
  const sumWhere = (wanted: (config: TaskConfig) => boolean): Amounts =>
    sum([
      ...tasks.filter(({ task }) => wanted(task)).map(({ task }) => amountsOf(task.resources)),
      ...all.map((instructions) => updateAmounts(instructions, wanted)),
      ...templates
        .filter(({ taskConfig }) => wanted(taskConfig))
        .map(({ taskConfig, instanceCount }) => times(amountsOf(taskConfig.resources), instanceCount)),
    ]);
  return {
    prodShared: sumWhere((task) => task.production && !isDedicated(task)),
    nonProdShared: sumWhere((task) => !task.production && !isDedicated(task)),
    prodDedicated: sumWhere((task) => task.production && isDedicated(task)),
    nonProdDedicated: sumWhere((task) => !task.production && isDedicated(task)),
  };
}

/** @throws Refused when so many more instances would exceed the role's quota. */
export function checkAddition(store: Store, task: TaskConfig, instances: number): void {
  if (!task.production || isDedicated(task)) return;
  const { role } = task.job;
  check(store, role, sum([consumptionOf(store, role).prodShared, times(amountsOf(task.resources), instances)]));
}

/** @throws Refused when the update would exceed the role's quota. */
export function checkUpdate(store: Store, instructions: JobUpdateInstructions): void {
  const task = instructions.desiredState?.task;
  if (!task?.production || isDedicated(task)) return;
  check(store, task.job.role, consumptionOf(store, task.job.role, instructions).prodShared);
}

export function amountsOf(resources: readonly Resource[]): Amounts {
  return {
    cpus: quantity(resources, "numCpus"),
    ramMb: quantity(resources, "ramMb"),
    diskMb: quantity(resources, "diskMb"),
  };
}

export function aggregateOf({ cpus, ramMb, diskMb }: Amounts): ResourceAggregate {
  return { resources: [{ numCpus: cpus }, { ramMb }, { diskMb }] };
}

function check(store: Store, role: string, wanted: Amounts): void {
  const quota = amountsOf(store.quota(role)?.resources ?? []);
  const over = [
    ["CPU", wanted.cpus - quota.cpus, "core(s)"],
    ["RAM", wanted.ramMb - quota.ramMb, "MB"],
    ["disk", wanted.diskMb - quota.diskMb, "MB"],
  ] as const;
  const complaints = over
    .filter(([, excess]) => excess > 0)
    .map(([name, excess, unit]) => `${name} quota exceeded by ${excess.toFixed(2)} ${unit}`);
  if (complaints.length > 0) throw invalidRequest(`Insufficient resource quota: ${complaints.join("; ")}`);
}

function updateAmounts(instructions: JobUpdateInstructions, wanted: (task: TaskConfig) => boolean): Amounts {
  const amounts = (groups: readonly InstanceTaskConfig[]) =>
    sum(
      groups
        .filter(({ task }) => wanted(task))
        .map(({ task, instances }) => times(amountsOf(task.resources), expandRanges(instances).length)),
    );
  const before = amounts(instructions.initialState);
  const after = amounts(instructions.desiredState ? [instructions.desiredState] : []);
  return {
    cpus: Math.max(before.cpus, after.cpus),
    ramMb: Math.max(before.ramMb, after.ramMb),
    diskMb: Math.max(before.diskMb, after.diskMb),
  };
}

function groupsOf({ initialState, desiredState }: JobUpdateInstructions): readonly InstanceTaskConfig[] {
  return desiredState ? [...initialState, desiredState] : initialState;
}

function instanceTexts({ task, instances }: InstanceTaskConfig): string[] {
  return expandRanges(instances).map((id) => instanceText(task, id));
}

function instanceText({ job }: TaskConfig, instanceId: number): string {
  return `${jobKeyText(job)}/${instanceId}`;
}

function isDedicated({ constraints }: TaskConfig): boolean {
  return constraints.some(({ name }) => name === "dedicated");
}

function sum(amounts: readonly Amounts[]): Amounts {
  return amounts.reduce(
    (a, b) => ({ cpus: a.cpus + b.cpus, ramMb: a.ramMb + b.ramMb, diskMb: a.diskMb + b.diskMb }),
    none,
  );
}

function times({ cpus, ramMb, diskMb }: Amounts, factor: number): Amounts {
  return { cpus: cpus * factor, ramMb: ramMb * factor, diskMb: diskMb * factor };
}
