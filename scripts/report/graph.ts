import { components } from "../../components/heron/definition";
import { Grouping, type Topology } from "../../components/heron/proto/gen/topology_pb";
import type { Graph, Stream } from "./model";
import { visible } from "./visible";

/** Spouts, bolts and streams of a topology. */
export function graphOf(topology: Topology): Graph {
  return {
    components: components(topology).map(({ name, kind, parallelism }) => ({
      name: visible(name),
      kind,
      instances: parallelism,
    })),
    streams: topology.bolts.flatMap(({ comp, inputs }) =>
      inputs.map(({ stream, gtype, groupingFields }): Stream => ({
        from: visible(stream?.componentName ?? ""),
        id: visible(stream?.id ?? ""),
        to: visible(comp?.name ?? ""),
        grouping: Grouping[gtype].toLowerCase(),
        fields: (groupingFields?.keys ?? []).map(({ key }) => visible(key)),
      })),
    ),
  };
}

/** How a stream's tuples are dealt to the instances: `shuffle`, `fields (word)`. */
export function groupingText({ grouping, fields }: Stream): string {
  return fields.length === 0 ? grouping : `${grouping} (${fields.join(", ")})`;
}

/** Whether two graphs have the same components and streams, whatever their parallelism. */
export function isSameShape(one: Graph, other: Graph): boolean {
  const shape = ({ components: all, streams }: Graph) =>
    JSON.stringify([all.map(({ name, kind }) => [name, kind]), streams.map((stream) => Object.entries(stream))]);
  return shape(one) === shape(other);
}
