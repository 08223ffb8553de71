import { parseJobKey } from "../aurora/job-key";
import type { AuroraJobInputs } from "./inputs";

/** Type token of {@link AuroraJob}, and of the component that it is a part of. */
export const jobType = "pulumi-nodejs:dynamic/heron:AuroraJob";
export const topologyType = "heron:index:HeronTopology";

/** The job's URN: unless its inputs tell another, that of a topology at the stack's top that is named as its job. */
export function jobUrn({
  resourceUrn,
  owner,
  jobKey,
}: Pick<AuroraJobInputs, "resourceUrn" | "owner" | "jobKey">): string {
  if (resourceUrn !== undefined) return resourceUrn;
  const [project = "", stack = ""] = owner.split("/");
  return `urn:pulumi:${stack}::${project}::${topologyType}$${jobType}::${parseJobKey(jobKey).name}`;
}
