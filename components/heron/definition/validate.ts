import { UserError } from "../../errors";
import type { OutputStream, StreamId, Topology } from "../proto/gen/topology_pb";
import { componentValues } from "./components";

/**
 * Refuses what Heron's submitter refuses before it packs: a topology without a name or with `.` or `/` in it, a
 * malformed ram map, a bolt that reads a stream nobody declares.
 *
 * @throws UserError naming all that is wrong with the streams, or the first other fault.
 */
export function validateTopology(topology: Topology): void {
  const { name } = topology;
  if (name === "") throw new UserError("The topology definition has no name. Give the topology one in its main.");
  if (/[./]/.test(name)) {
    throw new UserError(`Heron refuses the topology name '${name}': it must hold neither '.' nor '/'. Rename it.`);
  }
  componentValues(topology, "topology.component.rammap");
  checkStreams(topology);
}

function checkStreams(topology: Topology): void {
  const outputs = [...topology.spouts, ...topology.bolts].flatMap((holder): OutputStream[] => holder.outputs);
  const declared = new Set(outputs.map(({ stream }) => streamName(stream)));
  const missing = topology.bolts.flatMap(({ comp, inputs }) =>
    inputs
      .map(({ stream }) => streamName(stream))
      .filter((stream) => !declared.has(stream))
      .map((stream) => `bolt '${comp?.name ?? ""}' reads '${stream}'`),
  );
  if (missing.length > 0) {
    throw new UserError(
      `Topology '${topology.name}' reads streams that no component declares: ${missing.join(", ")}. ` +
        `Declared are ${[...declared].map((stream) => `'${stream}'`).join(", ")} (component/stream).`,
    );
  }
}

function streamName(stream: StreamId | undefined): string {
  return `${stream?.componentName ?? ""}/${stream?.id ?? ""}`;
}
