/** Something to find a submission by, of any key; neither key nor value has blanks. */
interface Mark {
  readonly key: string;
  readonly value: string;
}

/**
 * Marks of a topology whose job has no metadata: they stand behind the version that `release.yaml` says, which the
 * submitter writes into the execution state with the rest of it, so that no submission is ever there without.
 */
export function markedVersion(version: string, marks: readonly Mark[]): string {
  return [version, ...marks.map(({ key, value }) => `${key}=${value}`)].join(" ");
}

/** The marks in an execution state's release version; none for a submission of somebody else's. */
export function marksIn(version: string): Mark[] {
  return version.split(" ").flatMap((word) => {
    const at = word.indexOf("=");
    return at < 1 ? [] : [{ key: word.slice(0, at), value: word.slice(at + 1) }];
  });
}
