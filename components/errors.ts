import { inspect } from "node:util";
import { type Finding, formatPath } from "./finding";

/**
 * A mistake the user can mend: shown without a stack trace. `message` says what is wrong and where, and what to do.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  /** Pulumi's own mark of a RunError: its runtime then prints the message alone, whichever copy of the SDK runs. */
  readonly __pulumiRunError = true;
  /**
   * The dynamic provider's process prints the stack of what a method throws, and so does the runtime of a program whose end
   * waited for it.
   */
  override readonly stack = "";

  /** Pulumi inspects what a program throws, with all that hangs on the promise that threw: 20 s of work, seen. */
  [inspect.custom](): string {
    return this.message;
  }
}

/**
 * Mistakes in the arguments of a topology or of a cluster, each with its place in them. Who has documents tells of their
 * places instead.
 */
export class ArgumentError extends UserError {
  constructor(
    readonly findings: readonly Finding[],
    options?: ErrorOptions,
  ) {
    super(findings.map(({ path, message }) => `${formatPath(path)}: ${message}`).join("\n"), options);
  }
}

/**
 * What to do where changed credentials are not used: the engine configures providers that refresh and destroy as the last
 * `up` did, unless it runs the program.
 */
export const changedCredentials =
  "Where they were changed just now: what refreshes or destroys still goes by those of the last 'pulumi up'; " +
  "set PULUMI_RUN_PROGRAM=true for it.";
