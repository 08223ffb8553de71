import { clearField, clone } from "@bufbuild/protobuf";

import { ComponentSchema, type Topology, TopologySchema } from "../proto/gen/topology_pb";

/** The topology as Heron's submitter writes it to the state tree: without the components' serialised objects. */
export function forStateTree(topology: Topology): Topology {
  const stripped = clone(TopologySchema, topology);
  for (const { comp } of [...stripped.spouts, ...stripped.bolts]) {
    if (comp !== undefined) clearField(comp, ComponentSchema.field.serializedObject);
  }
  return stripped;
}
