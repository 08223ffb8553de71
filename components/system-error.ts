/** The system's or Node's code of a failure, as `ENOENT`; undefined of one that has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Whether a failure has one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(codeOf(error) ?? "");
}

/** For `catch`: passes over a failure of this code, and throws all others. */
export function unlessCode(code: string): (error: unknown) => undefined {
  return (error) => {
    if (hasCode(error, code)) return undefined;
    throw error;
  };
}
