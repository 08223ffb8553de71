/**
 * The text that the engine stores with each dynamic resource instead of a serialised closure: it names the installed
 * library, so it is the same on every machine, in every checkout and after every upgrade, and the engine's cost per
 * resource is its floor. The dynamic provider's process evaluates it and calls `handler()`.
 */
export function providerText(
  entry:
    | "auroraJob"
    | "auroraQuota"
    | "confDirectory"
    | "fetchProbe"
    | "hdfsFile"
    | "packageFile"
    | "packageHold"
    | "stateTreeRoot",
): string {
  return `exports.handler=()=>require("pulumi-heron-aurora/provider").${entry}`;
}

/** Whether the engine knows a property that is an object: in a preview, one that is not known yet comes as a text. */
export function isKnown(property: unknown): boolean {
  return typeof property === "object";
}
