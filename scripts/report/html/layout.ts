import { graphlib, layout } from "@dagrejs/dagre";
import type { Graph, GraphComponent, Stream } from "../model";

/** A graph with places, in pixels; a box's place is its centre. */
export interface LaidOut {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly (Place & {
    readonly width: number;
    readonly component: GraphComponent;
    readonly lines: readonly string[];
  })[];
  readonly arrows: readonly {
    readonly stream: Stream;
    readonly points: readonly Place[];
    readonly label: Place & { readonly text: string; readonly width: number };
  }[];
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

export const boxHeight = 52;
export const labelHeight = 20;
const letterWidth = 7.4;
const margin = 8;

/** Places spouts on the left and what reads from them to the right, by Dagre. */
export function layOut(
  graph: Graph,
  boxLines: (component: GraphComponent) => readonly string[],
  labelText: (stream: Stream) => string,
): LaidOut {
  const plan = new graphlib.Graph<Size, Box, Line>({ multigraph: true });
  plan.setGraph({ rankdir: "LR", nodesep: 28, edgesep: 18, ranksep: 28, marginx: margin, marginy: margin });
  // Dagre gives names such as the empty one a meaning of its own.
  const ids = new Map(graph.components.map(({ name }, index) => [name, `c${index}`]));
  const boxes = graph.components.map((component, index) => ({
    id: `c${index}`,
    component,
    lines: boxLines(component),
  }));
  for (const { id, lines } of boxes) {
    plan.setNode(id, { x: 0, y: 0, width: Math.max(...lines.map(widthOf)) + 28, height: boxHeight });
  }
  const arrows = graph.streams.flatMap((stream, index) => {
    const edge = { from: ids.get(stream.from), to: ids.get(stream.to), name: String(index) };
    return isWhole(edge) ? [{ edge, stream, text: labelText(stream) }] : [];
  });
  for (const { edge, text } of arrows) {
    const label = { x: 0, y: 0, points: [], width: widthOf(text) + 10, height: labelHeight, labelpos: "c" } as const;
    plan.setEdge(edge.from, edge.to, label, edge.name);
  }
  layout(plan);
  const { width = 0, height = 0 } = plan.graph();
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    boxes: boxes.map(({ id, component, lines }) => ({ component, lines, ...plan.node(id) })),
    arrows: arrows.map(({ edge, stream, text }) => {
      const { points, ...label } = plan.edge(edge.from, edge.to, edge.name);
      return { stream, points, label: { ...label, text } };
    }),
  };
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly name: string;
}

/** Whether both ends are in the topology. */
function isWhole(edge: { readonly [K in keyof Edge]: string | undefined }): edge is Edge {
  return edge.from !== undefined && edge.to !== undefined;
}

/** Of the whole, which the layout fills in, beside what steers it. */
interface Size {
  readonly width?: number;
  readonly height?: number;
  readonly [setting: string]: string | number | undefined;
}

interface Box extends Place {
  readonly width: number;
  readonly height: number;
}

interface Line extends Box {
  readonly labelpos: "c";
  readonly points: readonly Place[];
}

/** About what a text takes; scripts of wide characters take twice as much. */
function widthOf(text: string): number {
  return (
    Array.from(text).reduce((sum, letter) => sum + ((letter.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1), 0) * letterWidth
  );
}
