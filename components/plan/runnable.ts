import { UserError } from "../errors";
import { components, type Topology, topologyConfig, TopologyConfigError } from "../heron/definition";
import type { Resources } from "../heron/packing";
import { keys, readBytes } from "../heron/packing/options";
import { mebibyte } from "../heron/packing/units";

const reliabilityModes = ["ATMOST_ONCE", "ATLEAST_ONCE", "EFFECTIVELY_ONCE"];
const reliabilityMode = "topology.reliability.mode";

/**
 * What Heron's submitter reads of a topology's configuration whichever way it packs, and the executor of its components'
 * names: what they refuse ends every container that is started with it.
 * @throws TopologyConfigError, and UserError for a name
 */
export function checkRunnable(topology: Topology): void {
  const config = topologyConfig(topology);
  const mode = config.get(reliabilityMode) ?? "";
  if (mode !== "" && !reliabilityModes.includes(mode))
    throw new TopologyConfigError(
      topology.name,
      reliabilityMode,
      `is '${mode}', which Heron does not know: give one of ${reliabilityModes.join(", ")}.`,
    );
  if (config.get(keys.checkpointManagerRam) !== "") readBytes(topology, keys.checkpointManagerRam);
  const misread = components(topology).find(({ name }) => /[,:]/.test(name));
  if (misread !== undefined)
    throw new UserError(
      `Component '${misread.name}' of topology '${topology.name}' has a ',' or ':' in its name, which heron-executor takes ` +
        "for its end in the list of ram by component: no container would run. Rename it in the topology's code.",
    );
}

/** Aurora takes no task that is given nothing of one kind, and counts whole MiB. @throws TopologyConfigError */
export function checkContainer(topology: Topology, container: Resources): void {
  if (container.cpu <= 0)
    throw new TopologyConfigError(
      topology.name,
      keys.containerCpu,
      "leaves its containers no cores: give more than 0.",
    );
  const sizes = [
    { key: keys.containerRam, bytes: container.ram, of: "ram" },
    { key: keys.containerDisk, bytes: container.disk, of: "disk" },
  ];
  for (const { key, bytes, of } of sizes) {
    if (bytes >= mebibyte) continue;
    const problem = `leaves its containers ${bytes} bytes of ${of}, and Aurora counts whole MiB: sizes are in bytes, 1 MiB is ${mebibyte}.`;
    throw new TopologyConfigError(topology.name, key, problem);
  }
}
