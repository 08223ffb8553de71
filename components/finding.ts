/** Keys and list indexes from the top of a document, or of a resource's arguments, to a value in it. */
export type Path = readonly (string | number)[];

/** Something wrong at a place of one document, or of a resource's arguments. */
export interface Finding {
  readonly path: Path;
  /** What was expected and what was found, and what to do where that is not plain. Never a secret. */
  readonly message: string;
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
