import type { StackInputs } from "./inputs";

/** A file that another commit has otherwise. */
export interface ChangedFile {
  /** Absolute. */
  readonly path: string;
  /** Names of the topologies that were in it; undefined where nobody can say. */
  readonly topologiesBefore: () => readonly string[] | undefined;
}

/**
 * Pure: the stacks for which a change may mean something, in their order. A file that no stack knows (the program, the
 * lock file, a document that is gone) may mean something for all; so may anything for a stack whose documents are wrong.
 */
export function touchedStacks(stacks: readonly StackInputs[], changed: readonly ChangedFile[]): readonly string[] {
  const touches = changed.map((file) => touchedBy(file, stacks));
  return stacks.filter((stack) => touches.some((touched) => touched(stack))).map(({ name }) => name);
}

function touchedBy(file: ChangedFile, stacks: readonly StackInputs[]): (stack: StackInputs) => boolean {
  const isKnown = stacks.some(
    ({ files, topologyDocuments }) => files.has(file.path) || topologyDocuments.has(file.path),
  );
  return (stack) => !isKnown || !stack.isRight || stack.files.has(file.path) || hasLost(stack, file);
}

/** A topology that goes by another name now, which the stack does not run, is one that it loses. */
function hasLost({ topologyDocuments, runs }: StackInputs, { path, topologiesBefore }: ChangedFile): boolean {
  return topologyDocuments.has(path) && (topologiesBefore()?.some(runs) ?? true);
}
