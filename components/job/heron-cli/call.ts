import { createHash } from "node:crypto";
import { canonicalJson } from "../../canonical-json";
import type { CliSubmission } from "../../heron/cli";

/** What the `heron` CLI is given, beside what this machine adds: part of the payload, the same on every machine. */
export interface HeronCall extends Omit<CliSubmission, "package" | "state"> {
  /** SHA-256 of the user's package; the checkout's cache knows where it lies. */
  readonly package: string;
  /** The conf dir: file name → content. */
  readonly conf: Readonly<Record<string, string>>;
}

/** Hash of all that a submission is made from; the marks in its heron.aurora must be left out of `call`. */
export function submissionHash(call: HeronCall): string {
  return createHash("sha256").update(canonicalJson(call)).digest("hex");
}
