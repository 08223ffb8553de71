/** A situation the user can mend: shown without a stack trace. The message says what is wrong and what to do. */
export class Problem extends Error {
  name = "Problem";
}

/** The user asked to stop (Ctrl-C). Steps end by this, so that every `finally` on the way cleans up. */
export class Interrupted extends Error {
  name = "Interrupted";
}
