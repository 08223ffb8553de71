import { s3Rules } from "../../policies/s3";
import type { StateResource } from "./project";

/** Names of the policy pack's rules on buckets that a stack breaks, judged by its resources as the engine registered them. */
export function brokenS3Rules(resources: readonly StateResource[]): string[] {
  const registered = resources.map(({ urn, type, inputs }) => ({
    type,
    name: urn.slice(urn.lastIndexOf("::") + 2),
    props: inputs ?? {},
  }));
  return s3Rules.filter((rule) => rule.check(registered).length > 0).map(({ name }) => name);
}
