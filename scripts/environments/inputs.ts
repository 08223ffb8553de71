import { join } from "node:path";
import { isEnabled } from "../../components/config/enabled";
import { findTopologies } from "../../components/config/find";
import { loadStack, sharedDocument } from "../../components/config/load";
import { resolvePath } from "../../components/config/paths";
import { DocumentError } from "../../components/config/problem";

/** What a stack is made from; all files are absolute. */
export interface StackInputs {
  readonly name: string;
  /** Whether its documents are right: of one whose are not nobody can say what else it is made from. */
  readonly isRight: boolean;
  /** Documents, packages and definitions. */
  readonly files: ReadonlySet<string>;
  /** Every topology document that it finds, those of topologies that it does not run too. */
  readonly topologyDocuments: ReadonlySet<string>;
  /** Whether it runs a topology of this name, if there is one. */
  readonly runs: (topology: string) => boolean;
}

/** Reads the documents of the stack `name` in `folder`. */
export function stackInputs(folder: string, name: string): StackInputs {
  const document = join(folder, `${name}.yaml`);
  const own = [document, join(folder, `Pulumi.${name}.yaml`)];
  const stack = layersOf(document);
  if (stack === undefined) {
    return { name, isRight: false, files: new Set(own), topologyDocuments: new Set(), runs: () => true };
  }
  const { cluster, choice, topologies, baseDirectory } = stack;
  const files = [
    ...own,
    join(folder, sharedDocument),
    ...resolved(baseDirectory, [cluster.core.path, cluster.heronAurora]),
    ...topologies.flatMap(({ file, args, baseDirectory: place }) => [
      file,
      ...resolved(place, [args.package, args.definition, ...(args.libraries ?? [])]),
    ]),
  ];
  return {
    name,
    isRight: true,
    files: new Set(files),
    topologyDocuments: new Set(findTopologies(choice.topologies, baseDirectory).files),
    runs: (topology) => isEnabled(topology, choice),
  };
}

function layersOf(document: string): ReturnType<typeof loadStack> | undefined {
  try {
    return loadStack(document);
  } catch (error) {
    if (error instanceof DocumentError) return undefined;
    throw error;
  }
}

function resolved(from: string, paths: readonly (string | undefined)[]): readonly string[] {
  return paths.flatMap((path) => (path === undefined ? [] : [resolvePath(from, path)]));
}
