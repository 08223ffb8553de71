import { fromBinary, toBinary } from "@bufbuild/protobuf";

import { UserError } from "../../errors";
import { type Topology, TopologySchema } from "../proto/gen/topology_pb";

/**
 * Decodes a topology definition, Heron's `heron.proto.api.Topology`.
 *
 * @param where the file or place the bytes come from, for the error.
 * @throws UserError when the bytes are no complete definition.
 */
export function readDefinition(bytes: Uint8Array, where: string): Topology {
  let topology: Topology;
  try {
    topology = fromBinary(TopologySchema, bytes);
    // The decoder lets required fields be absent, the encoder does not.
    toBinary(TopologySchema, topology);
  } catch (cause) {
    throw new UserError(
      `${where} is not a topology definition (${bytes.length} bytes): ${reasonOf(cause)}. ` +
        "Give the .defn file that the topology's main emits.",
      { cause },
    );
  }
  if (topology.spouts.length === 0) {
    throw new UserError(`${where} is a topology definition without a spout. A topology needs at least one.`);
  }
  return topology;
}

/** Encodes a definition; of one that was read and not changed, the same bytes. */
export function writeDefinition(topology: Topology): Uint8Array {
  return toBinary(TopologySchema, topology);
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
