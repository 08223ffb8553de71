import { ArgumentError, UserError } from "../errors";
import { type Finding, formatPath, type Path } from "../finding";

/** A {@link Finding} with its document; what the user reads. */
export interface Problem {
  /** Document as shown to the user, e.g. `stacks/topologies/wordcount.yaml`. */
  readonly file: string;
  /**
   * Place in the document, e.g. `parallelism.word`; `line 3, column 5` where it is not YAML at all. Absent of what no single
   * value is to blame for.
   */
  readonly path?: string;
  readonly message: string;
}

/** All that is wrong with the documents that were read together, a line each. */
export class DocumentError extends UserError {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
  }
}

function formatProblem({ file, path, message }: Problem): string {
  return path === undefined ? `${file}: ${message}` : `${file}: ${path}: ${message}`;
}

export function problemIn(file: string, { path, message }: Finding): Problem {
  return { file, path: formatPath(path), message };
}

/** The first of those of one place, which is said to be wrong already. */
export function oncePerPlace(problems: readonly Problem[]): readonly Problem[] {
  return firstOfEach(problems, ({ file, path }) => JSON.stringify([file, path]));
}

/** Those that read alike, once; what else is wrong at the same place is told too. */
export function oncePerLine(problems: readonly Problem[]): readonly Problem[] {
  return firstOfEach(problems, formatProblem);
}

function firstOfEach(problems: readonly Problem[], key: (problem: Problem) => string): readonly Problem[] {
  const keys = problems.map(key);
  return problems.filter((_, index) => keys.indexOf(keys[index] ?? "") === index);
}

/** Does `work`, whose mistakes in arguments are told of where `locate` finds them written. */
export async function locating<T>(locate: (finding: Finding) => Problem, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ArgumentError ? new DocumentError(error.findings.map(locate)) : error;
  }
}

/** One list of several, in order: what an earlier one says of a place silences the later ones there and below. */
export function firstFindings(...groups: readonly (readonly Finding[])[]): readonly Finding[] {
  return groups.reduce(
    (earlier, group) => [...earlier, ...group.filter(({ path }) => !earlier.some((one) => covers(one.path, path)))],
    [],
  );
}

/**
 * A finding about the document as a whole (a key it lacks) covers nothing. The schema's paths tell no key of digits from
 * an index: they count as the same.
 */
function covers(upper: Path, lower: Path): boolean {
  return upper.length > 0 && upper.every((step, index) => String(step) === String(lower[index]));
}
