import { clearField, clone } from "@bufbuild/protobuf";

import { ComponentSchema, type Topology, TopologySchema, TopologyState } from "../proto/gen/topology_pb";

/** The topology as Heron's submitter writes it to the state tree: without the components' serialised objects. */
export function forStateTree(topology: Topology): Topology {
  const stripped = clone(TopologySchema, topology);
  for (const { comp } of [...stripped.spouts, ...stripped.bolts]) {
    if (comp !== undefined) clearField(comp, ComponentSchema.field.serializedObject);
  }
  return stripped;
}

/** The same topology, to start processing tuples or to wait for `activate`. */
export function withState(topology: Topology, state: "running" | "deactivated"): Topology {
  const changed = clone(TopologySchema, topology);
  changed.state = state === "running" ? TopologyState.RUNNING : TopologyState.PAUSED;
  return changed;
}
