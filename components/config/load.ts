import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

import type { HeronClusterArgs } from "../cluster-args";
import type { HeronTopologyArgs } from "../topology-args";
import type { FileLookup } from "./checks";
import { checkTopologyNames } from "./checks";
import { findTopologies } from "./find";
import { inspectStackDocument, inspectTopologyDocument, textAt, valueAt } from "./inspect";
import { mergeDefaults } from "./merge";
import { resolvePath, shownPath } from "./paths";
import type { Problem } from "./problem";
import { DocumentError, problemIn } from "./problem";
import { readDocuments } from "./read";
import type { StackFields } from "./schema/stack";

/** A stack's documents, checked. Paths in the arguments are as written: {@link resolvePath} takes them from `baseDirectory`. */
export interface StackDocument {
  /** File as shown to the user, e.g. `stacks/local.yaml`. */
  readonly document: string;
  /** Absolute folder of the stack document. Of this machine: not for resource inputs. */
  readonly baseDirectory: string;
  readonly cluster: HeronClusterArgs;
  /** In the order of their files' names, and in the order of a file. */
  readonly topologies: readonly LoadedTopology[];
}

export interface LoadedTopology {
  /** File as shown to the user, e.g. `stacks/topologies/wordcount.yaml`. */
  readonly document: string;
  /** The topology document over the stack's `defaults`. */
  readonly args: HeronTopologyArgs;
  /** Absolute folder of the topology document. Of this machine: not for resource inputs. */
  readonly baseDirectory: string;
}

/**
 * Reads a stack document and the topology documents it names.
 * @throws DocumentError with everything that is wrong in any of them.
 */
export function loadStack(path: string): StackDocument {
  const file = resolve(path);
  const document = shownPath(file, file);
  const baseDirectory = dirname(file);
  const value = readSingle(file, document);
  const stack = inspectStackDocument(value, filesFrom(baseDirectory, file));
  const found = findTopologies(valueAt(value, "topologies"), baseDirectory);
  const read = found.files.map((topology) => readTopologies(topology, file, value));
  const topologies = read.flatMap((one) => one.topologies);

  const problems = [
    ...[...stack.findings, ...found.findings].map((finding) => problemIn(document, finding)),
    ...read.flatMap((one) => one.problems),
    ...checkTopologyNames(topologies.flatMap(named)),
  ];
  if (problems.length > 0 || stack.value === undefined) throw new DocumentError(problems);

  const { defaults = {} } = stack.value;
  return {
    document,
    baseDirectory,
    cluster: clusterOf(stack.value),
    topologies: topologies.flatMap(({ args, ...place }) =>
      args === undefined ? [] : [{ ...place, args: mergeDefaults(defaults, args) }],
    ),
  };
}

function readSingle(file: string, document: string): unknown {
  const { documents, problem } = readDocuments(file, document);
  if (problem !== undefined) throw new DocumentError([problem]);
  if (documents.length > 1) {
    const message = `expected a single stack document, found ${documents.length}, separated by '---'`;
    throw new DocumentError([{ file: document, path: "(document)", message }]);
  }
  return documents[0]?.value;
}

interface ReadTopology {
  readonly document: string;
  readonly baseDirectory: string;
  readonly name: string | undefined;
  /** Undefined when the document has problems. */
  readonly args: HeronTopologyArgs | undefined;
}

function readTopologies(
  file: string,
  stackFile: string,
  stack: unknown,
): { readonly topologies: readonly ReadTopology[]; readonly problems: readonly Problem[] } {
  const baseDirectory = dirname(file);
  const { documents, problem } = readDocuments(file, shownPath(stackFile, file));
  if (problem !== undefined) return { topologies: [], problems: [problem] };
  const owner = { cluster: textAt(stack, "cluster"), role: textAt(stack, "role") };
  const inspected = documents.map(({ document, value }) => ({
    document,
    name: textAt(value, "name"),
    ...inspectTopologyDocument(value, owner, filesFrom(baseDirectory, stackFile)),
  }));
  return {
    topologies: inspected.map(({ document, name, value }) => ({ document, baseDirectory, name, args: value })),
    problems: inspected.flatMap(({ document, findings }) => findings.map((finding) => problemIn(document, finding))),
  };
}

function named({ document, name }: ReadTopology): readonly { readonly document: string; readonly name: string }[] {
  return name === undefined ? [] : [{ document, name }];
}

function clusterOf(stack: StackFields): HeronClusterArgs {
  const own = Object.entries(stack).filter(([key]) => key !== "defaults" && key !== "topologies");
  return Object.fromEntries(own) as HeronClusterArgs;
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
