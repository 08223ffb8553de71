import { leafPaths, originOf } from "./layers";
import type { StackDocument } from "./load";
import { formatPath, type Path } from "../finding";
import type { JsonSchema } from "./schema/build";
import { clusterSchema } from "./schema/stack";
import { topologySchema } from "./schema/topology";

/** A value of a stack, and the document that says it. */
export interface ExplainedValue {
  /** Place among the cluster's or the topology's own settings, e.g. `update.batchSize`. */
  readonly path: string;
  readonly value: unknown;
  /** Document as shown to the user, e.g. `stacks/defaults.yaml`; absent of what no document says: a default. */
  readonly document?: string;
  /** Place in that document, e.g. `overlays.wordcount.update.batchSize`. */
  readonly at?: string;
  /** The stack's `scale`, where it has made the value another than is written there. */
  readonly scale?: number;
}

/** Every value of the cluster and of each topology that the stack runs. */
export interface ExplainedStack {
  readonly cluster: readonly ExplainedValue[];
  readonly topologies: Readonly<Record<string, readonly ExplainedValue[]>>;
}

/** Pure: which document each value of a stack comes from; behind them what no document says, the schemas' defaults. */
export function explainStack({ cluster, layers, topologies, scale }: StackDocument): ExplainedStack {
  const explained = topologies.map(({ args, layers: own }) => [
    args.name,
    [
      ...leafPaths(args).map((path) => ({ ...explain(args, own, path), ...scaledBy(scale, own, path) })),
      ...defaultsOf(args, topologySchema.json),
    ],
  ]);
  return {
    cluster: [
      ...leafPaths(cluster).map((path) => explain(cluster, layers, path)),
      ...defaultsOf(cluster, clusterSchema.json),
    ],
    topologies: Object.fromEntries(explained) as ExplainedStack["topologies"],
  };
}

function explain(value: unknown, layers: StackDocument["layers"], path: Path): ExplainedValue {
  const { document, path: at } = originOf(layers, path);
  return { path: formatPath(path), value: valueIn(value, path), document, at: formatPath(at) };
}

/** Objects whose defaults count also where no document has them. */
const everywhere = ["update", "timeouts", "healthCheck"];

function defaultsOf(value: object, { properties = {} }: JsonSchema, at: Path = []): ExplainedValue[] {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const own = (value as Readonly<Record<string, unknown>>)[key];
    const path = [...at, key];
    if (schema.default !== undefined && own === undefined) return [{ path: formatPath(path), value: schema.default }];
    if (schema.properties === undefined) return [];
    if (typeof own === "object" && own !== null) return defaultsOf(own, schema, path);
    return everywhere.includes(formatPath(path)) ? defaultsOf({}, schema, path) : [];
  });
}

function scaledBy(scale: number | undefined, layers: StackDocument["layers"], path: Path): { readonly scale?: number } {
  if (scale === undefined || path[0] !== "parallelism") return {};
  return originOf(layers, path).path[0] === "overlays" ? {} : { scale };
}

function valueIn(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Readonly<Record<string, unknown>>)[step], value);
}
