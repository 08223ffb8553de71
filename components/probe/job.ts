import type { JobConfiguration } from "../aurora/job-configuration";
import type { JobKey } from "../aurora/job-key";
import { gibibyte, mebibyte } from "../heron/packing/units";
import { metadataNames, type TaskResources, thermosTask, withTaskHash } from "../aurora/thermos";

/** Enough to fetch and unpack a core package of half a gigabyte. */
const resources: TaskResources = { cpu: 0.5, ram: 256 * mebibyte, disk: 4 * gibibyte };

/** What a probe is made from. */
export interface ProbeSpec {
  readonly job: JobKey;
  /** `owner.user`. */
  readonly user: string;
  /** `project/stack`. */
  readonly owner: string;
  /** The command line by which every topology's containers fetch the core package. */
  readonly fetchCore: string;
}

/** Name of the process that fetches; the same as in a topology's containers. */
const fetchProcess = "fetch_heron_system";

/** An Aurora job of one instance that fetches the core package, checks and unpacks it, and ends. */
export function probeJob({ job, user, owner, fetchCore }: ProbeSpec): JobConfiguration {
  const { cluster, role, environment, name } = job;
  const key = { role, environment, name };
  const task = { name: "fetch_probe", processes: [{ name: fetchProcess, cmdline: "{{{fetchCore}}}" }] };
  return {
    key,
    owner: { user },
    cronCollisionPolicy: 0,
    instanceCount: 1,
    taskConfig: withTaskHash({
      job: key,
      owner: { user },
      isService: false,
      priority: 0,
      maxTaskFailures: 1,
      production: false,
      resources: [
        { numCpus: resources.cpu },
        { ramMb: resources.ram / mebibyte },
        { diskMb: resources.disk / mebibyte },
      ],
      constraints: [],
      taskLinks: {},
      executorConfig: {
        name: "AuroraExecutor",
        data: {
          ...{ name, role, cluster, environment, service: false, priority: 0, production: false },
          max_task_failures: 1,
          cron_collision_policy: "KILL_EXISTING",
          enable_hooks: false,
          metadata: [],
          executor_config: { name: "AuroraExecutor", data: "" },
          task: thermosTask(task, { fetchCore }, resources),
        },
      },
      metadata: [{ key: metadataNames.owner, value: owner }],
      container: { mesos: {} },
    }),
  };
}
