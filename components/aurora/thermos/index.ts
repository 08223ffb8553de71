import type {
  ConstraintArgs,
  ContainerArgs,
  FetcherUriArgs,
  HealthCheckArgs,
  HeronTopologyArgs,
  PartitionPolicyArgs,
  SlaPolicyArgs,
} from "../../topology-args";
import type {
  Constraint,
  Container,
  JobConfiguration,
  MesosFetcherUri,
  Metadata,
  PartitionPolicy,
  Resource,
  SlaPolicy,
  TaskConfig,
} from "../job-configuration";
import type { JobKey } from "../job-key";
import { metadataNames, withTaskHash } from "./metadata";
import { defaultTaskTemplate, namedPorts, type TaskResources, type TaskTemplate, thermosTask } from "./task";

export { boundFetchCommand, fetchCommand, type FetchedPackage, type FetchMethod } from "./fetch";
export { metadataNames, taskHash, withTaskHash } from "./metadata";
export { type TaskResources, type TaskTemplate, thermosTask } from "./task";

/** What a topology's Aurora job is made from. */
export interface JobSpec {
  readonly job: JobKey;
  /** `owner.user`. */
  readonly user: string;
  /** `project/stack`; none for a job that carries no marks of ours. */
  readonly owner?: string;
  readonly topologyId: string;
  readonly instances: number;
  readonly resources: TaskResources;
  /** What the command lines' templates are filled with. */
  readonly view: object;
  /** Where, how and with what priority it runs. */
  readonly topology: Pick<
    HeronTopologyArgs,
    | "constraints"
    | "dedicated"
    | "tier"
    | "priority"
    | "partitionPolicy"
    | "slaPolicy"
    | "container"
    | "gpus"
    | "fetcherUris"
    | "taskLinks"
    | "metadata"
    | "contact"
    | "restart"
    | "healthCheck"
  >;
}

const executor = "AuroraExecutor";
const portmap = { admin: "http", health: "http" };
const MiB = 1024 * 1024;

/**
 * The Aurora job of a topology, every container alike, as Aurora's own client makes it of Heron's `heron.aurora`.
 * @param task the processes' templates (default: ours)
 */
export function jobConfiguration(spec: JobSpec, task: TaskTemplate = defaultTaskTemplate()): JobConfiguration {
  const { job, topology } = spec;
  const key = { role: job.role, environment: job.environment, name: job.name };
  const priority = topology.priority ?? 0;
  const { gpus = 0, fetcherUris = [] } = topology;
  const thermos = thermosTask(task, spec.view, { ...spec.resources, gpus });
  const config: TaskConfig = {
    job: key,
    owner: { user: spec.user },
    isService: true,
    priority,
    maxTaskFailures: 1,
    production: false,
    ...(topology.tier !== undefined && { tier: topology.tier }),
    resources: resources({ ...spec.resources, gpus }, namedPorts(thermos, portmap)),
    constraints: constraints(topology.constraints ?? [], topology.dedicated),
    taskLinks: topology.taskLinks ?? {},
    ...(topology.contact !== undefined && { contactEmail: topology.contact }),
    executorConfig: { name: executor, data: thermosJob(spec, thermos, priority) },
    metadata: metadata(spec),
    container: container(topology.container),
    ...(topology.partitionPolicy && { partitionPolicy: partitionPolicy(topology.partitionPolicy) }),
    ...(topology.slaPolicy && { slaPolicy: slaPolicy(topology.slaPolicy) }),
    ...(fetcherUris.length > 0 && { mesosFetcherUris: fetcherUris.map(fetcherUri) }),
  };
  return {
    key,
    owner: { user: spec.user },
    cronCollisionPolicy: 0,
    instanceCount: spec.instances,
    taskConfig: spec.owner === undefined ? config : withTaskHash(config),
  };
}

/** What the executor reads: Aurora's MesosJob. `{{mesos.instance}}` and `{{thermos.ports[…]}}` are left for it to fill. */
function thermosJob({ job, topology }: JobSpec, task: object, priority: number): Readonly<Record<string, unknown>> {
  return {
    name: job.name,
    role: job.role,
    cluster: job.cluster,
    environment: job.environment,
    service: true,
    priority,
    production: false,
    max_task_failures: 1,
    cron_collision_policy: "KILL_EXISTING",
    enable_hooks: false,
    metadata: [],
    executor_config: { name: executor, data: "" },
    announce: { primary_port: "http", portmap },
    health_check_config: healthCheck(topology.healthCheck ?? {}),
    lifecycle: {
      http: {
        port: "health",
        graceful_shutdown_endpoint: "/quitquitquit",
        graceful_shutdown_wait_secs: 5,
        shutdown_endpoint: "/abortabortabort",
        shutdown_wait_secs: 5,
      },
    },
    task,
  };
}

/** Heron's stock numbers where the document says nothing. */
function healthCheck(args: HealthCheckArgs): object {
  return {
    health_checker: { http: { endpoint: "/health", expected_response: "ok", expected_response_code: 200 } },
    initial_interval_secs: args.initialIntervalSeconds ?? 30,
    interval_secs: args.intervalSeconds ?? 10,
    timeout_secs: args.timeoutSeconds ?? 5,
    max_consecutive_failures: args.maxConsecutiveFailures ?? 2,
    min_consecutive_successes: 1,
  };
}

/** Ram and disk in whole MiB, as the scheduler counts them. */
function resources({ cpu, ram, disk, gpus }: Required<TaskResources>, ports: readonly string[]): Resource[] {
  return [
    { numCpus: cpu },
    { ramMb: Math.floor(ram / MiB) },
    { diskMb: Math.floor(disk / MiB) },
    ...ports.map((namedPort) => ({ namedPort })),
    ...(gpus === 0 ? [] : [{ numGpus: gpus }]),
  ];
}

function constraints(args: readonly ConstraintArgs[], dedicated: string | undefined): Constraint[] {
  const placed = args.map((each): Constraint =>
    "limit" in each
      ? { name: each.attribute, constraint: { limit: { limit: each.limit } } }
      : { name: each.attribute, constraint: { value: { negated: each.negated ?? false, values: each.values } } },
  );
  if (dedicated === undefined) return placed;
  return [...placed, { name: "dedicated", constraint: { value: { negated: false, values: [dedicated] } } }];
}

function container(args: ContainerArgs | undefined): Container {
  if (args === undefined) return { mesos: {} };
  if ("docker" in args) return { docker: args.docker };
  const { image, volumes } = args.mesos;
  return {
    mesos: {
      ...(image && { image }),
      ...(volumes && {
        volumes: volumes.map(({ containerPath, hostPath, mode }) => ({
          containerPath,
          hostPath,
          mode: mode === "RW" ? 1 : 2,
        })),
      }),
    },
  };
}

/** The stock client's defaults. */
function partitionPolicy({ reschedule = true, delaySeconds = 0 }: PartitionPolicyArgs): PartitionPolicy {
  return { reschedule, delaySecs: delaySeconds };
}

function fetcherUri({ uri, extract = false, cache = false, outputFile }: FetcherUriArgs): MesosFetcherUri {
  return { value: uri, extract, cache, ...(outputFile !== undefined && { outputFile }) };
}

function slaPolicy(args: SlaPolicyArgs): SlaPolicy {
  if ("coordinatorUrl" in args) {
    const { coordinatorUrl, statusKey = "drain" } = args;
    return { coordinatorSlaPolicy: { coordinatorUrl, statusKey } };
  }
  const durationSecs = args.durationSeconds ?? 1800;
  return "count" in args
    ? { countSlaPolicy: { count: args.count, durationSecs } }
    : { percentageSlaPolicy: { percentage: args.percentage, durationSecs } };
}

function metadata({ owner, topologyId, topology }: JobSpec): Metadata[] {
  const own: Record<string, string> =
    owner === undefined
      ? {}
      : {
          [metadataNames.owner]: owner,
          [metadataNames.topologyId]: topologyId,
          ...(topology.restart !== undefined && { [metadataNames.restart]: topology.restart }),
        };
  return Object.entries({ ...topology.metadata, ...own })
    .map(([key, value]) => ({ key, value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}
