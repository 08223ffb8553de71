import { fromBinary, toBinary } from "@bufbuild/protobuf";

import { ArgumentError, UserError } from "../../errors";
import type { Path } from "../../finding";
import { type Topology, TopologySchema } from "../proto/gen/topology_pb";

/**
 * Decodes a topology definition, Heron's `heron.proto.api.Topology`.
 *
 * @param where the file or place the bytes come from, for the error.
 * @param path of the argument that names it, where one does.
 * @throws UserError when the bytes are no complete definition; an ArgumentError where one names it.
 */
export function readDefinition(bytes: Uint8Array, where: string, path?: Path): Topology {
  const wrong = (message: string, options?: ErrorOptions) =>
    path === undefined ? new UserError(message, options) : new ArgumentError([{ path, message }], options);
  let topology: Topology;
  try {
    topology = fromBinary(TopologySchema, bytes);
    // The decoder lets required fields be absent, the encoder does not.
    toBinary(TopologySchema, topology);
  } catch (cause) {
    throw wrong(
      `${where} is not a topology definition (${bytes.length} bytes): ${reasonOf(cause)}. ` +
        "Give the .defn file that the topology's main emits.",
      { cause },
    );
  }
  if (topology.spouts.length === 0) {
    throw wrong(`${where} is a topology definition without a spout. A topology needs at least one.`);
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
