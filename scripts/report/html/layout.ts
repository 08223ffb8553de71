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
export async function layOut(
  graph: Graph,
  boxLines: (component: GraphComponent) => readonly string[],
  labelText: (stream: Stream) => string,
): Promise<LaidOut> {
  const { Graph: LayoutGraph, layout } = await import("@dagrejs/dagre");
  const plan = new LayoutGraph<Size, Box, Line>({ multigraph: true });
  plan.setGraph({ rankdir: "LR", nodesep: 28, edgesep: 18, ranksep: 40, marginx: margin, marginy: margin });
  const boxes = graph.components.map((component) => ({ component, lines: boxLines(component) }));
  for (const { component, lines } of boxes) {
    plan.setNode(component.name, { x: 0, y: 0, width: Math.max(...lines.map(widthOf)) + 28, height: boxHeight });
  }
  const known = graph.streams.filter(({ from, to }) => plan.hasNode(from) && plan.hasNode(to));
  const arrows = known.map((stream, index) => {
    const text = labelText(stream);
    const width = widthOf(text) + 10;
    plan.setEdge(
      stream.from,
      stream.to,
      { x: 0, y: 0, points: [], width, height: labelHeight, labelpos: "c" },
      String(index),
    );
    return { stream, text, width };
  });
  layout(plan);
  const { width = 0, height = 0 } = plan.graph();
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    boxes: boxes.map((box) => ({ ...box, ...plan.node(box.component.name) })),
    arrows: arrows.map(({ stream, text, width: labelWidth }, index) => {
      const { x, y, points } = plan.edge(stream.from, stream.to, String(index));
      return { stream, points, label: { x, y, text, width: labelWidth } };
    }),
  };
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
  readonly points: Place[];
}

/** About what a text takes; scripts of wide characters take twice as much. */
function widthOf(text: string): number {
  return (
    Array.from(text).reduce((sum, letter) => sum + ((letter.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1), 0) * letterWidth
  );
}
