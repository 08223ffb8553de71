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
  const topologies = found.files.flatMap((topology) => readTopologies(topology, file, value));

  const problems = [
    ...[...stack.findings, ...found.findings].map((finding) => problemIn(document, finding)),
    ...topologies.flatMap((topology) => topology.problems),
    ...checkTopologyNames(topologies.flatMap(named)),
  ];
  if (problems.length > 0 || stack.value === undefined) throw new DocumentError(problems);

  const { defaults = {} } = stack.value;
  return {
    document,
    baseDirectory,
    cluster: clusterOf(stack.value),
    topologies: topologies.flatMap(({ document: shownAs, args, baseDirectory: base }) =>
      args === undefined ? [] : [{ document: shownAs, args: mergeDefaults(defaults, args), baseDirectory: base }],
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
  readonly name?: string | undefined;
  /** Absent when the document has problems. */
  readonly args?: HeronTopologyArgs | undefined;
  readonly problems: readonly Problem[];
}

function readTopologies(file: string, stackFile: string, stack: unknown): readonly ReadTopology[] {
  const baseDirectory = dirname(file);
  const shownAs = shownPath(stackFile, file);
  const { documents, problem } = readDocuments(file, shownAs);
  if (problem !== undefined) return [{ document: shownAs, baseDirectory, problems: [problem] }];
  const owner = { cluster: textAt(stack, "cluster"), role: textAt(stack, "role") };
  return documents.map(({ document, value }) => {
    const { value: args, findings } = inspectTopologyDocument(value, owner, filesFrom(baseDirectory, stackFile));
    const problems = findings.map((finding) => problemIn(document, finding));
    return { document, baseDirectory, name: textAt(value, "name"), args, problems };
  });
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
