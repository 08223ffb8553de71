import { clone } from "@bufbuild/protobuf";

import { type Topology, TopologySchema } from "../proto/gen/topology_pb";

/** The topology under another id. */
export function withIdentity(topology: Topology, id: string): Topology {
  const changed = clone(TopologySchema, topology);
  changed.id = id;
  return changed;
}
