import { UserError } from "../errors";

/** Keys and list indexes from a document's top to a value in it. */
export type Path = readonly (string | number)[];

/** Something wrong at a place of one document. */
export interface Finding {
  readonly path: Path;
  /** What was expected and what was found, and what to do where that is not plain. Never a secret. */
  readonly message: string;
}

/** A {@link Finding} with its document; what the user reads. */
export interface Problem {
  /** Document as shown to the user, e.g. `stacks/topologies/wordcount.yaml`. */
  readonly file: string;
  /** Place in the document, e.g. `parallelism.word`; `line 3, column 5` where it is not YAML at all. */
  readonly path: string;
  readonly message: string;
}

/** All that is wrong with the documents that were read together, a line each. */
export class DocumentError extends UserError {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ file, path, message }) => `${file}: ${path}: ${message}`).join("\n"));
  }
}

export function problemIn(file: string, { path, message }: Finding): Problem {
  return { file, path: formatPath(path), message };
}

/** `update.batchSize`, `constraints[0].limit`, `config["topology.debug"]`; the document itself is `(document)`. */
export function formatPath(path: Path): string {
  if (path.length === 0) return "(document)";
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!/^[\w-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
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
