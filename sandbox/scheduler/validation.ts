import { invalidRequest, nullPointer } from "./errors";
import { isGoodIdentifier, isValidJobKey, javaJobKey } from "./identifiers";
import { javaText } from "./java-text";
import type {
  Constraint,
  JobConfiguration,
  Resource,
  SentJobConfiguration,
  SentTaskConfig,
  SlaPolicy,
  TaskConfig,
} from "./model";
import { defaultTier, isProduction, isTier } from "./tiers";

/** The most instances a job may have (the scheduler's default flag). */
export const maxTasksPerJob = 4000;
/** Aurora's flag at its default. */
export const defaultEnvironments = "^(prod|devel|test|staging\\d*)$";
const executorName = "AuroraExecutor";
const dedicated = "dedicated";

/** What the scheduler's flags decide about jobs. */
export interface ValidationSettings {
  /** The pattern (a regular expression) that an Aurora environment's whole name must match. */
  readonly environments: string;
}

/**
 * Checks a job as Aurora's ConfigurationManager does, in its order and words, and fills in what it fills in.
 * @throws Refused
 */
export function validateJob(settings: ValidationSettings, job: SentJobConfiguration): JobConfiguration {
  if (!job.taskConfig) throw invalidRequest("Job configuration must have taskConfig set.");
  if (job.instanceCount <= 0) throw invalidRequest("Instance count must be positive.");
  const { key } = job;
  if (!isValidJobKey(key)) throw invalidRequest(`Job key ${javaJobKey(key)} is invalid.`);
  if (!new RegExp(`^(?:${settings.environments})$`).test(key.environment)) {
    throw invalidRequest(`Job environment ${key.environment} doesn't match: ${settings.environments}`);
  }
  const { user = "null" } = job.owner ?? {};
  if (job.owner && !isGoodIdentifier(job.owner.user)) {
    throw invalidRequest(`Job user contains illegal characters: ${user}`);
  }
  const validated = { ...job, key, taskConfig: validateTask(job.taskConfig, job.instanceCount) };
  if (job.cronSchedule && validated.taskConfig.isService) {
    throw invalidRequest(
      `A service task may not be run on a cron schedule: ${javaText("JobConfiguration", validated)}`,
    );
  }
  return validated;
}

/** The same for a task alone. @throws Refused */
export function validateTask(task: SentTaskConfig, instanceCount: number): TaskConfig {
  const { tier = defaultTier, job } = task;
  if (!isGoodIdentifier(tier)) throw invalidRequest(`Tier contains illegal characters: ${tier}`);
  if (!isTier(tier)) throw invalidRequest(`Invalid tier '${tier}' in TaskConfig.`);
  if (!isValidJobKey(job)) throw invalidRequest(`Job key ${javaJobKey(job)} is invalid.`);
  checkExecutor(task);
  checkDedicated(task.constraints, job.role);
  const container = task.container ?? { mesos: { volumes: [] } };
  checkContainer(container);
  checkResources(task.resources);
  if (task.mesosFetcherUris.length > 0) {
    throw invalidRequest("Mesos Fetcher for individual jobs is disabled in this cluster.");
  }
  if (container.mesos && container.mesos.volumes.length > 0) {
    throw invalidRequest("This scheduler is configured to disallow container volumes.");
  }
  if (task.slaPolicy) checkSlaPolicy(task.slaPolicy, tier, instanceCount);
  return { ...task, job, container, tier, production: isProduction(tier), taskLinks: linksOf(task) };
}

/** Links that Aurora makes up for the ports `health` and `http` when a task names none. */
function linksOf({ taskLinks, resources }: SentTaskConfig): Readonly<Record<string, string>> {
  if (Object.keys(taskLinks).length > 0) return taskLinks;
  const ports = resources.flatMap(({ namedPort }) => namedPort ?? []).filter((name) => /^(health|http)$/.test(name));
  return Object.fromEntries(ports.map((name) => [name, `http://%host%:%port:${name}%`]));
}

function checkExecutor({ executorConfig, container }: SentTaskConfig): void {
  if (!executorConfig && !container?.docker) throw invalidRequest("Configuration may not be null.");
  if (!executorConfig) return;
  if (executorConfig.name === undefined) throw invalidRequest("Executor name may not be left unset.");
  if (executorConfig.name !== executorName) {
    throw invalidRequest(`Configuration for executor '${executorConfig.name}' doesn't exist.`);
  }
}

function checkDedicated(constraints: readonly Constraint[], role: string): void {
  const constraint = constraints.find(({ name }) => name === dedicated)?.constraint;
  if (!constraint) return;
  if (!constraint.value) throw invalidRequest("A dedicated constraint must be of value type.");
  const [value, ...others] = constraint.value.values;
  if (value === undefined || others.length > 0) {
    throw invalidRequest("A dedicated constraint must have exactly one value");
  }
  const [dedicatedRole = ""] = value.split("/");
  if (dedicatedRole !== "*" && dedicatedRole !== role) {
    throw invalidRequest(`Only ${dedicatedRole} may use hosts dedicated for that role.`);
  }
}

function checkContainer({ docker, mesos }: NonNullable<SentTaskConfig["container"]>): void {
  if (docker) {
    if (docker.image === undefined) throw invalidRequest("A container must specify an image.");
    if (docker.parameters.length > 0) {
      throw invalidRequest("This scheduler is configured to disallow Docker parameters.");
    }
    throw invalidRequest("This scheduler is not configured to allow the container type DOCKER");
  }
  if (!mesos) throw invalidRequest("A job must have a container type.");
}

const single = { CPU: "numCpus", RAM: "ramMb", disk: "diskMb", GPU: "numGpus" } as const;

function checkResources(resources: readonly Resource[]): void {
  if (resources.some((resource) => Object.keys(resource).length === 0)) throw nullPointer("a resource's type");
  const several = Object.entries(single).filter(
    ([, field]) => resources.filter((resource) => resource[field] !== undefined).length > 1,
  );
  if (several.length > 0) {
    const names = several.map(([name]) => name).sort();
    throw invalidRequest(`Multiple resource values are not supported for ${names.join(", ")}`);
  }
  for (const [field, label] of [
    ["numCpus", "num_cpus"],
    ["ramMb", "ram_mb"],
    ["diskMb", "disk_mb"],
  ] as const) {
    if (quantity(resources, field) <= 0) throw invalidRequest(`${label} must be greater than 0.0`);
  }
  if (resources.some(({ numGpus }) => numGpus !== undefined)) {
    throw invalidRequest("GPU resource support is disabled in this cluster.");
  }
}

/** Flags at their defaults. */
const [fewestForSla, longestSlaSecs] = [20, 7200];

function checkSlaPolicy(policy: SlaPolicy, tier: string, instanceCount: number): void {
  if (!isProduction(tier)) throw invalidRequest(`Tier '${tier}' does not support SlaPolicy.`);
  const { countSlaPolicy, percentageSlaPolicy } = policy;
  if (!countSlaPolicy && !percentageSlaPolicy) return;
  if (instanceCount < fewestForSla) {
    throw invalidRequest(`Job with fewer than ${fewestForSla} instances cannot have Percentage/Count SlaPolicy.`);
  }
  if (countSlaPolicy && countSlaPolicy.count >= instanceCount) {
    throw invalidRequest(
      `Current CountSlaPolicy: count=${countSlaPolicy.count} will not allow any instances to be killed. ` +
        `Must be less than instanceCount=${instanceCount}.`,
    );
  }
  const most = (100 * (instanceCount - 1)) / instanceCount;
  if (percentageSlaPolicy && percentageSlaPolicy.percentage > most) {
    throw invalidRequest(
      `Current PercentageSlaPolicy: percentage=${percentageSlaPolicy.percentage.toFixed(6)} will not allow any instances ` +
        `to be killed. Must be less than ${most.toFixed(6)}.`,
    );
  }
  const name = countSlaPolicy ? "CountSlaPolicy" : "PercentageSlaPolicy";
  const { durationSecs } = countSlaPolicy ?? percentageSlaPolicy ?? { durationSecs: 0 };
  if (durationSecs > longestSlaSecs) {
    throw invalidRequest(
      `${name}: durationSecs=${durationSecs} must be less than cluster-wide maximum of ${longestSlaSecs} secs.`,
    );
  }
}

/** How much of one resource is asked for. */
export function quantity(resources: readonly Resource[], field: "numCpus" | "ramMb" | "diskMb"): number {
  return resources.reduce((sum, resource) => sum + (resource[field] ?? 0), 0);
}
