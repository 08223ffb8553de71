/**
 * A mistake the user can mend: shown without a stack trace. `message` says what is wrong and where, and what to do.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}
