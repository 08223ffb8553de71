import { canonicalJson } from "../canonical-json";
import { UserError } from "../errors";
import type {
  Container,
  Constraint,
  Image,
  JobConfiguration,
  MesosFetcherUri,
  PartitionPolicy,
  Resource,
  SlaPolicy,
  TaskConfig,
  ThermosJob,
} from "./job-configuration";
import type { Plain, Wire } from "./protocol";
import { safeNumber } from "./thrift-values";
import type * as thrift from "./thrift/gen/api_types";
import { Int64 } from "./thrift/runtime";

const INT32_MAX = 2 ** 31 - 1;

/** Aurora's struct for the job. @throws UserError for a number that the scheduler's types cannot hold. */
export function jobToThrift(job: JobConfiguration): Plain<thrift.JobConfiguration> {
  return {
    key: { ...job.key },
    owner: { ...job.owner },
    cronCollisionPolicy: job.cronCollisionPolicy,
    taskConfig: taskToThrift(job.taskConfig),
    instanceCount: int32("instanceCount", job.instanceCount),
  };
}

/** Aurora's struct for what an instance runs; `executorConfig.data` becomes canonical JSON text. @throws UserError as {@link jobToThrift}. */
export function taskToThrift(task: TaskConfig): Plain<thrift.TaskConfig> {
  const { tier, contactEmail } = task;
  return {
    job: { ...task.job },
    owner: { ...task.owner },
    isService: task.isService,
    priority: int32("priority", task.priority),
    maxTaskFailures: int32("maxTaskFailures", task.maxTaskFailures),
    production: task.production,
    ...(tier === undefined ? {} : { tier }),
    resources: task.resources.map(resourceToThrift),
    constraints: task.constraints.map(constraintToThrift),
    taskLinks: { ...task.taskLinks },
    ...(contactEmail === undefined ? {} : { contactEmail }),
    executorConfig: { name: task.executorConfig.name, data: canonicalJson(task.executorConfig.data) },
    metadata: task.metadata.map((entry) => ({ ...entry })),
    container: containerToThrift(task.container),
    ...(task.partitionPolicy && { partitionPolicy: partitionPolicyToThrift(task.partitionPolicy) }),
    ...(task.slaPolicy && { slaPolicy: slaPolicyToThrift(task.slaPolicy) }),
    ...(task.mesosFetcherUris && { mesosFetcherUris: task.mesosFetcherUris.map((each) => ({ ...each })) }),
  };
}

/** A whole number that Thrift's i32 can hold. @throws UserError */
export function int32(name: string, value: number): number {
  if (!Number.isInteger(value) || Math.abs(value) > INT32_MAX) {
    throw new UserError(`${name} is ${value}: Aurora takes a whole number of at most ${INT32_MAX} there.`);
  }
  return value;
}

export function int64(name: string, value: number): Int64 {
  if (!Number.isSafeInteger(value)) {
    throw new UserError(`${name} is ${value}: Aurora takes a whole number there.`);
  }
  return new Int64(value);
}

function resourceToThrift(resource: Resource): Plain<thrift.Resource> {
  if ("numCpus" in resource) {
    if (!Number.isFinite(resource.numCpus)) {
      throw new UserError(`numCpus is ${resource.numCpus}: Aurora takes a number of cores there.`);
    }
    return { numCpus: resource.numCpus };
  }
  if ("ramMb" in resource) {
    return { ramMb: int64("ramMb", resource.ramMb) };
  }
  if ("numGpus" in resource) {
    return { numGpus: int64("numGpus", resource.numGpus) };
  }
  return "diskMb" in resource ? { diskMb: int64("diskMb", resource.diskMb) } : { namedPort: resource.namedPort };
}

function constraintToThrift({ name, constraint }: Constraint): Plain<thrift.Constraint> {
  return {
    name,
    constraint:
      "value" in constraint
        ? { value: { negated: constraint.value.negated, values: [...constraint.value.values] } }
        : { limit: { limit: int32(`The limit of constraint '${name}'`, constraint.limit.limit) } },
  };
}

function containerToThrift(container: Container): Plain<thrift.Container> {
  if ("docker" in container) {
    const { image, parameters } = container.docker;
    return {
      docker: { image, ...(parameters === undefined ? {} : { parameters: parameters.map((entry) => ({ ...entry })) }) },
    };
  }
  const { image, volumes } = container.mesos;
  return {
    mesos: {
      ...(image === undefined ? {} : { image: { ...image } }),
      ...(volumes === undefined ? {} : { volumes: volumes.map((volume) => ({ ...volume })) }),
    },
  };
}

function partitionPolicyToThrift({ reschedule, delaySecs }: PartitionPolicy): Plain<thrift.PartitionPolicy> {
  return { reschedule, ...(delaySecs !== undefined && { delaySecs: int64("delaySecs", delaySecs) }) };
}

function partitionPolicyFromThrift({ reschedule, delaySecs }: Wire<thrift.PartitionPolicy>): PartitionPolicy {
  return { reschedule: reschedule ?? false, ...(delaySecs != null && { delaySecs: safeNumber(delaySecs) }) };
}

function slaPolicyToThrift(policy: SlaPolicy): Plain<thrift.SlaPolicy> {
  if ("coordinatorSlaPolicy" in policy) return { coordinatorSlaPolicy: { ...policy.coordinatorSlaPolicy } };
  if ("countSlaPolicy" in policy) {
    const { count, durationSecs } = policy.countSlaPolicy;
    return { countSlaPolicy: { count: int64("count", count), durationSecs: int64("durationSecs", durationSecs) } };
  }
  const { percentage, durationSecs } = policy.percentageSlaPolicy;
  return { percentageSlaPolicy: { percentage, durationSecs: int64("durationSecs", durationSecs) } };
}

function slaPolicyFromThrift({
  percentageSlaPolicy,
  countSlaPolicy,
  coordinatorSlaPolicy,
}: Wire<thrift.SlaPolicy>): Pick<TaskConfig, "slaPolicy"> {
  if (percentageSlaPolicy) {
    const { percentage, durationSecs } = percentageSlaPolicy;
    return {
      slaPolicy: { percentageSlaPolicy: { percentage: percentage ?? 0, durationSecs: safeNumber(durationSecs) } },
    };
  }
  if (countSlaPolicy) {
    const { count, durationSecs } = countSlaPolicy;
    return { slaPolicy: { countSlaPolicy: { count: safeNumber(count), durationSecs: safeNumber(durationSecs) } } };
  }
  if (!coordinatorSlaPolicy) return {};
  const { coordinatorUrl, statusKey } = coordinatorSlaPolicy;
  return { slaPolicy: { coordinatorSlaPolicy: { coordinatorUrl: coordinatorUrl ?? "", statusKey: statusKey ?? "" } } };
}

/**
 * The reverse of {@link taskToThrift}, as the scheduler gives a task's configuration back: it has added its default
 * tier, and empty collections stand where there was nothing. `undefined` when it is no configuration of a Thermos task,
 * whose executor data is a JSON object: another executor's, or an answer without the data.
 */
export function taskFromThrift(task: Wire<thrift.TaskConfig>): TaskConfig | undefined {
  const data = parseThermosJob(task.executorConfig?.data ?? undefined);
  const job = keyFromThrift(task.job);
  if (data === undefined || job === undefined) {
    return undefined;
  }
  const { tier, contactEmail } = task;
  return {
    job,
    owner: { user: task.owner?.user ?? "" },
    isService: task.isService ?? false,
    priority: task.priority ?? 0,
    maxTaskFailures: task.maxTaskFailures ?? 0,
    production: task.production ?? false,
    ...(tier == null ? {} : { tier }),
    resources: (task.resources ?? []).flatMap(resourceFromThrift),
    constraints: (task.constraints ?? []).flatMap(constraintFromThrift),
    taskLinks: definedEntries(task.taskLinks ?? {}),
    ...(contactEmail == null ? {} : { contactEmail }),
    executorConfig: { name: task.executorConfig?.name ?? "", data },
    metadata: metadataFromThrift(task.metadata),
    container: containerFromThrift(task.container),
    ...(task.partitionPolicy && { partitionPolicy: partitionPolicyFromThrift(task.partitionPolicy) }),
    ...slaPolicyFromThrift(task.slaPolicy ?? {}),
    ...fetcherUrisFromThrift(task.mesosFetcherUris ?? []),
  };
}

/** The reverse of {@link jobToThrift}, on the terms of {@link taskFromThrift}. */
export function jobFromThrift(job: Wire<thrift.JobConfiguration>): JobConfiguration | undefined {
  const key = keyFromThrift(job.key);
  const taskConfig = job.taskConfig ? taskFromThrift(job.taskConfig) : undefined;
  if (key === undefined || taskConfig === undefined) {
    return undefined;
  }
  return {
    key,
    owner: { user: job.owner?.user ?? "" },
    cronCollisionPolicy: job.cronCollisionPolicy ?? 0,
    instanceCount: job.instanceCount ?? 0,
    taskConfig,
  };
}

export function metadataFromThrift(metadata: Wire<thrift.TaskConfig>["metadata"]): TaskConfig["metadata"] {
  return (metadata ?? []).map(({ key, value }) => ({ key: key ?? "", value: value ?? "" }));
}

export function keyFromThrift(key: Wire<thrift.JobKey> | null | undefined): JobConfiguration["key"] | undefined {
  const { role, environment, name } = key ?? {};
  return role == null || environment == null || name == null ? undefined : { role, environment, name };
}

function resourceFromThrift(resource: Wire<thrift.Resource>): readonly Resource[] {
  const { numCpus, ramMb, diskMb, namedPort, numGpus } = resource;
  return [
    ...(numCpus == null ? [] : [{ numCpus }]),
    ...(ramMb == null ? [] : [{ ramMb: safeNumber(ramMb) }]),
    ...(diskMb == null ? [] : [{ diskMb: safeNumber(diskMb) }]),
    ...(namedPort == null ? [] : [{ namedPort }]),
    ...(numGpus == null ? [] : [{ numGpus: safeNumber(numGpus) }]),
  ];
}

function constraintFromThrift({ name, constraint }: Wire<thrift.Constraint>): readonly Constraint[] {
  if (name == null) {
    return [];
  }
  if (constraint?.value) {
    const { negated, values } = constraint.value;
    return [{ name, constraint: { value: { negated: negated ?? false, values: values ?? [] } } }];
  }
  return constraint?.limit ? [{ name, constraint: { limit: { limit: constraint.limit.limit ?? 0 } } }] : [];
}

function containerFromThrift(container: Wire<thrift.Container> | null | undefined): Container {
  if (container?.docker) {
    const { image, parameters } = container.docker;
    return {
      docker: {
        image: image ?? "",
        ...(parameters == null || parameters.length === 0
          ? {}
          : { parameters: parameters.map(({ name, value }) => ({ name: name ?? "", value: value ?? "" })) }),
      },
    };
  }
  const image = imageFromThrift(container?.mesos?.image);
  const volumes = (container?.mesos?.volumes ?? []).map(({ containerPath, hostPath, mode }) => ({
    containerPath: containerPath ?? "",
    hostPath: hostPath ?? "",
    mode: mode ?? 0,
  }));
  return { mesos: { ...(image === undefined ? {} : { image }), ...(volumes.length === 0 ? {} : { volumes }) } };
}

function imageFromThrift(image: Wire<thrift.Image> | null | undefined): Image | undefined {
  if (image?.docker) {
    return { docker: { name: image.docker.name ?? "", tag: image.docker.tag ?? "" } };
  }
  return image?.appc ? { appc: { name: image.appc.name ?? "", imageId: image.appc.imageId ?? "" } } : undefined;
}

function fetcherUrisFromThrift(uris: readonly Wire<thrift.MesosFetcherURI>[]): Pick<TaskConfig, "mesosFetcherUris"> {
  if (uris.length === 0) return {};
  const mesosFetcherUris = uris.map(({ value, extract, cache, outputFile }): MesosFetcherUri => ({
    value: value ?? "",
    extract: extract ?? false,
    cache: cache ?? false,
    ...(outputFile != null && { outputFile }),
  }));
  return { mesosFetcherUris };
}

function definedEntries(map: Readonly<Record<string, string | null | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).flatMap(([key, value]) => (value == null ? [] : [[key, value]])));
}

function parseThermosJob(data: string | undefined): ThermosJob | undefined {
  let parsed: unknown;
  try {
    parsed = data === undefined ? undefined : JSON.parse(data);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
  return isObject(parsed) ? parsed : undefined;
}

function isObject(value: unknown): value is ThermosJob {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
