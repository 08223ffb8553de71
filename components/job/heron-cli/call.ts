import { createHash } from "node:crypto";
import { metadataNames } from "../../aurora/thermos/metadata";
import { canonicalJson } from "../../canonical-json";
import type { CliSubmission } from "../../heron/cli";

/** What the `heron` CLI is given, beside what this machine adds: part of the payload, the same on every machine. */
export interface HeronCall extends Omit<CliSubmission, "package" | "state"> {
  /** SHA-256 of the user's package; the checkout's cache knows where it lies. */
  readonly package: string;
  /** The conf dir: file name → content. */
  readonly conf: Readonly<Record<string, string>>;
}

/** The metadata by which a job of the CLI's is known, in the order in which a `heron.aurora` of the user's is given it. */
export const markNames = [metadataNames.owner, metadataNames.task, metadataNames.submission] as const;

/** Hash of all that a submission is made from; the marks in its heron.aurora must be left out of `call`. */
export function submissionHash(call: HeronCall): string {
  return createHash("sha256").update(canonicalJson(call)).digest("hex");
}
