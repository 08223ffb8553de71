import { create } from "@bufbuild/protobuf";

import { type Topology, withConfig } from "../../../../components/heron/definition";
import { ConfigValueType, TopologySchema, TopologyState } from "../../../../components/heron/proto/gen/topology_pb";

/** A topology of these components, the first a spout and the others bolts, under this configuration. */
export function topologyOf(
  parallelism: Readonly<Record<string, number>>,
  config: Readonly<Record<string, string | number>> = {},
): Topology {
  const holders = Object.entries(parallelism).map(([name, count]) => ({
    comp: {
      name,
      config: {
        kvs: [{ key: "topology.component.parallelism", value: String(count), type: ConfigValueType.STRING_VALUE }],
      },
    },
  }));
  const topology = create(TopologySchema, {
    id: "synthetic-id",
    name: "synthetic",
    state: TopologyState.RUNNING,
    spouts: holders.slice(0, 1),
    bolts: holders.slice(1),
  });
  return withConfig(topology, config);
}

/** A topology of so many instances in four components, ten instances a container. */
export function syntheticTopology(instances: number): Topology {
  const quarter = Math.floor(instances / 4);
  const parallelism = { source: instances - 3 * quarter, parse: quarter, count: quarter, store: quarter };
  return topologyOf(parallelism, { "topology.stmgrs": Math.ceil(instances / 10) });
}
