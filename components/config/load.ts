import { existsSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

import type { HeronClusterArgs } from "../cluster-args";
import { mostInstances } from "../heron/packing/most-instances";
import type { HeronTopologyArgs } from "../topology-args";
import type { Finding } from "../finding";
import type { FileLookup } from "./checks";
import { checkTopologyNames } from "./checks";
import { isEnabled, unknownTopologies } from "./enabled";
import { findTopologies } from "./find";
import { inspectStackDocument, inspectTopologyDocument, textAt, valueAt } from "./inspect";
import { isMap, type Layer, mergeLayers, problemAt } from "./layers";
import { mergeDefaults } from "./merge";
import { resolvePath, shownPath } from "./paths";
import { DocumentError, oncePerPlace, type Problem } from "./problem";
import { readDocuments } from "./read";
import { scaled } from "./scale";
import { type StackFields, topologyKeys } from "./schema/stack";
import type { TopologyOverlay } from "./schema/topology";

/** A stack's documents, checked. Paths in the arguments are as written: {@link resolvePath} takes them from `baseDirectory`. */
export interface StackDocument {
  /** File as shown to the user, e.g. `stacks/local.yaml`. */
  readonly document: string;
  /** Absolute folder of the stack document. Of this machine: not for resource inputs. */
  readonly baseDirectory: string;
  readonly cluster: HeronClusterArgs;
  /** The documents that the cluster's arguments are from. */
  readonly layers: readonly Layer[];
  readonly scale?: number;
  /** Which topology documents are looked for, and which of their topologies run. */
  readonly choice: Pick<StackFields, "topologies" | "only" | "except">;
  /** Those that the stack runs, in the order of their files' names, and in the order of a file. */
  readonly topologies: readonly LoadedTopology[];
}

export interface LoadedTopology {
  /** File as shown to the user, e.g. `stacks/topologies/wordcount.yaml`. */
  readonly document: string;
  /** Absolute. Of this machine: not for resource inputs. */
  readonly file: string;
  /** The stack's overlay over the topology document over the stack's `defaults`, scaled. */
  readonly args: HeronTopologyArgs;
  /** The documents that the arguments are from. */
  readonly layers: readonly Layer[];
  /** Absolute folder of the topology document. Of this machine: not for resource inputs. */
  readonly baseDirectory: string;
}

/** What stack documents of a folder share. */
export const sharedDocument = "defaults.yaml";

/**
 * Reads a stack document, the `defaults.yaml` beside it, which it is laid over, and the topology documents they name.
 * @throws DocumentError with everything that is wrong in any of them.
 */
export function loadStack(path: string): StackDocument {
  const file = resolve(path);
  const document = shownPath(file, file);
  const baseDirectory = dirname(file);
  const layers = readLayers(file, document);
  const value = mergeLayers(layers);
  const stack = inspectStackDocument(value, filesFrom(baseDirectory, file));
  const found = findTopologies(valueAt(value, "topologies"), baseDirectory);
  const read = found.files.flatMap((topology) => readTopologies(topology, file, value, layers));
  const names = read.flatMap(({ name }) => name ?? []);
  // Which names there are is not known while one of them cannot be read, or a glob is wrong.
  const isKnown =
    names.length === read.length &&
    [...stack.findings, ...found.findings].every(({ path }) => path[0] !== "topologies");
  const unknown = isKnown ? unknownTopologies(value, names) : [];

  const problems = [
    ...[...stack.findings, ...found.findings, ...unknown].map((finding) => problemAt(layers, finding)),
    ...read.flatMap((topology) => topology.problems),
    ...checkTopologyNames(read.flatMap(named)),
  ];
  // An overlay is looked at with the stack document, and again with the topology.
  if (problems.length > 0 || stack.value === undefined) throw new DocumentError(oncePerPlace(problems));

  const { defaults = {}, scale, overlays = {} } = stack.value;
  const beyond = read.flatMap(({ args }) => (args === undefined ? [] : beyondLimit(args, scale, overlays[args.name])));
  if (beyond.length > 0) throw new DocumentError(beyond.map((finding) => problemAt(layers, finding)));
  const enabled = read.filter(({ name }) => name !== undefined && isEnabled(name, stack.value));
  return {
    document,
    baseDirectory,
    cluster: clusterOf(stack.value),
    layers,
    ...(scale !== undefined && { scale }),
    choice: stack.value,
    topologies: enabled.flatMap(({ args, layers: own, ...place }) =>
      args === undefined
        ? []
        : [
            {
              document: place.document,
              file: place.file,
              baseDirectory: place.baseDirectory,
              args: sized(mergeDefaults(defaults, args), scale, overlays[args.name]),
              layers: [...within(layers, "defaults"), ...own],
            },
          ],
    ),
  };
}

/** What a stack document says over what it shares with its neighbours, unchecked. @throws DocumentError where it is no YAML */
export function readStack(path: string): unknown {
  const file = resolve(path);
  return mergeLayers(readLayers(file, shownPath(file, file)));
}

function sized(args: HeronTopologyArgs, scale: number | undefined, overlay?: TopologyOverlay): HeronTopologyArgs {
  if (scale === undefined || args.parallelism === undefined) return args;
  return { ...args, parallelism: scaled(args.parallelism, scale, overlay?.parallelism) };
}

/** What a document may say of a component itself holds of what a factor makes of it too. */
function beyondLimit(
  args: HeronTopologyArgs,
  scale: number | undefined,
  overlay?: TopologyOverlay,
): readonly Finding[] {
  const counts = Object.entries(sized(args, scale, overlay).parallelism ?? {});
  return counts
    .filter(([, count]) => count > mostInstances)
    .map(([component, count]) => ({
      path: ["scale"],
      message: `gives ${component} of ${args.name} ${count} instances, more than ${mostInstances}: make it smaller, or say its parallelism in an overlay`,
    }));
}

/** The stack document over what it shares with its neighbours. */
function readLayers(file: string, document: string): readonly Layer[] {
  if (basename(file) === sharedDocument) {
    const message = "is what the other stacks of this folder share; give the stack another name";
    throw new DocumentError([{ file: document, path: "(document)", message }]);
  }
  const misnamed = join(dirname(file), sharedDocument.replace(/yaml$/, "yml"));
  if (existsSync(misnamed)) {
    const message = `nothing reads a document of this name: call it ${sharedDocument}`;
    throw new DocumentError([{ file: shownPath(file, misnamed), path: "(document)", message }]);
  }
  const shared = join(dirname(file), sharedDocument);
  const own = { document, at: [], value: readSingle(file, document) };
  if (!existsSync(shared)) return [own];
  const shownAs = shownPath(file, shared);
  const value = readSingle(shared, shownAs) ?? {};
  if (!isMap(value))
    throw new DocumentError([{ file: shownAs, path: "(document)", message: "expected a map, found none" }]);
  return [{ document: shownAs, at: [], value }, own];
}

/** What the layers say at a key. */
function within(layers: readonly Layer[], ...keys: readonly string[]): readonly Layer[] {
  return layers.flatMap(({ document, at, value }) => {
    const inner = keys.reduce(valueAt, value);
    return inner === undefined ? [] : [{ document, at: [...at, ...keys], value: inner }];
  });
}

function readSingle(file: string, document: string): unknown {
  const { documents, problems } = readDocuments(file, document);
  if (problems.length > 0) throw new DocumentError(problems);
  if (documents.length > 1) {
    const message = `expected a single stack document, found ${documents.length}, separated by '---'`;
    throw new DocumentError([{ file: document, path: "(document)", message }]);
  }
  return documents[0]?.value;
}

interface ReadTopology {
  readonly document: string;
  readonly file: string;
  readonly baseDirectory: string;
  readonly name?: string | undefined;
  /** Absent when the document has problems. */
  readonly args?: HeronTopologyArgs | undefined;
  readonly layers: readonly Layer[];
  readonly problems: readonly Problem[];
}

function readTopologies(
  file: string,
  stackFile: string,
  stack: unknown,
  stackLayers: readonly Layer[],
): readonly ReadTopology[] {
  const baseDirectory = dirname(file);
  const shownAs = shownPath(stackFile, file);
  const { documents, problems } = readDocuments(file, shownAs);
  if (problems.length > 0) return [{ document: shownAs, file, baseDirectory, layers: [], problems }];
  const owner = { cluster: textAt(stack, "cluster"), role: textAt(stack, "role") };
  return documents.map(({ document, value }) => {
    const name = textAt(value, "name");
    // One that is no map is what the stack document is told of.
    const overlays =
      name === undefined ? [] : within(stackLayers, "overlays", name).filter(({ value }) => isMap(value));
    const layers = [
      { document, at: [], value },
      ...overlays.map((layer) => ({ ...layer, value: rebased(layer.value, dirname(stackFile), baseDirectory) })),
    ];
    const merged = isMap(value) ? mergeLayers(layers) : value;
    const { value: args, findings } = inspectTopologyDocument(merged, owner, filesFrom(baseDirectory, stackFile));
    const problems = findings.map((finding) => problemAt(layers, finding));
    return { document, file, baseDirectory, name, args, layers, problems };
  });
}

/** What an overlay says, its files as the topology document would write them. */
function rebased(overlay: unknown, from: string, to: string): unknown {
  if (!isMap(overlay)) return overlay;
  const file = (path: unknown): unknown =>
    typeof path === "string" && !isAbsolute(path) ? relative(to, resolvePath(from, path)).split(sep).join("/") : path;
  const { libraries } = overlay;
  const paths = {
    package: file(overlay.package),
    definition: file(overlay.definition),
    libraries: Array.isArray(libraries) ? libraries.map(file) : libraries,
  };
  return { ...overlay, ...Object.fromEntries(Object.entries(paths).filter(([, path]) => path !== undefined)) };
}

function named({ document, name }: ReadTopology): readonly { readonly document: string; readonly name: string }[] {
  return name === undefined ? [] : [{ document, name }];
}

function clusterOf(stack: StackFields): HeronClusterArgs {
  const others: readonly string[] = topologyKeys;
  return Object.fromEntries(Object.entries(stack).filter(([key]) => !others.includes(key))) as HeronClusterArgs;
}

/** Looks for files as a document in `baseDirectory` writes them. */
function filesFrom(baseDirectory: string, stackFile: string): FileLookup {
  return {
    isFile: (path) => isFile(resolvePath(baseDirectory, path)),
    show: (path) => shownPath(stackFile, resolvePath(baseDirectory, path)),
  };
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
