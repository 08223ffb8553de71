import assert from "node:assert/strict";
import type { JobConfiguration } from "../../../../components/aurora/job-configuration";
import { jobConfiguration, type TaskTemplate } from "../../../../components/aurora/thermos";
import { executorArguments, executorPorts, stockText } from "../../../../components/heron/executor-arguments";
import { goldenJson } from "../../../support/paths";
import { recordedSettings, recordedWith, submission } from "../../../support/submission";

/** The command lines of Heron's own heron.aurora. */
const stock: TaskTemplate = {
  name: "setup_and_run",
  processes: [
    { name: "fetch_heron_system", cmdline: "curl {{coreUri}} -o heron-core.tar.gz && tar zxf heron-core.tar.gz" },
    { name: "fetch_user_package", cmdline: "curl {{topologyUri}} -o topology.tar.gz && tar zxf topology.tar.gz" },
    {
      name: "launch_heron_executor",
      cmdline:
        "{{=<% %>=}}./heron-core/bin/heron-executor --shard={{mesos.instance}}" +
        "<%# ports %> --<% flag %>={{thermos.ports[<% port %>]}}<%/ ports %> <% topologyArguments %>",
    },
    { name: "discover_profiler_port", cmdline: "{{=<% %>=}}echo {{thermos.ports[yourkit]}} > yourkit.port" },
  ],
};

describe("the Aurora job, with Heron's stock commands in the template", () => {
  for (const name of recordedWith("job-configuration.json")) {
    it(`of ${name} equals in every field what the real Aurora client makes of heron.aurora`, () => {
      const binds = submission(name).binds ?? {};
      const bound = (key: string): string => binds[key] ?? assert.fail(`${name} binds ${key}`);
      const settings = recordedSettings(name);
      const ours = jobConfiguration(
        {
          job: { cluster: settings.cluster, role: settings.role, environment: settings.environment, name },
          user: "root",
          topologyId: settings.topologyId,
          instances: Number(bound("NUM_CONTAINERS")),
          resources: {
            cpu: Number(bound("CPUS_PER_CONTAINER")),
            ram: Number(bound("RAM_PER_CONTAINER")),
            disk: Number(bound("DISK_PER_CONTAINER")),
          },
          view: {
            coreUri: bound("CORE_PACKAGE_URI"),
            topologyUri: bound("TOPOLOGY_PACKAGE_URI"),
            ports: executorPorts,
            topologyArguments: stockText(executorArguments(settings)),
          },
          topology: {},
        },
        stock,
      );
      assert.deepEqual(sorted(ours), sorted(goldenJson("heron", name, "job-configuration.json") as JobConfiguration));
    });
  }
});

/** Resources are a set. */
function sorted(job: JobConfiguration): unknown {
  const { taskConfig } = job;
  const resources = taskConfig.resources.map((each) => JSON.stringify(each)).sort();
  return JSON.parse(JSON.stringify({ ...job, taskConfig: { ...taskConfig, resources } }));
}
