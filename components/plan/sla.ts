import { ArgumentError } from "../errors";
import type { HeronTopologyArgs } from "../topology-args";

/** Aurora's own tiers that support no SLA policy; what else a tier file names only the scheduler knows. */
const withoutSla: readonly (string | undefined)[] = [undefined, "preemptible", "revocable"];

/**
 * What the scheduler would refuse once everything is uploaded.
 * @throws ArgumentError for an SLA policy in a tier without, or an update that is to keep to one that is not there
 */
export function refuseImpossibleSla({ tier, slaPolicy, update }: HeronTopologyArgs): void {
  if (slaPolicy !== undefined && withoutSla.includes(tier)) {
    const message =
      `the tier ${tier ?? "preemptible (the scheduler's default)"} supports none. Set 'tier: preferred', ` +
      "which needs quota, or take slaPolicy out.";
    throw new ArgumentError([{ path: ["slaPolicy"], message }]);
  }
  if (slaPolicy === undefined && update?.slaAware === true) {
    const message = "there is no slaPolicy to keep to. Say one, or take slaAware out.";
    throw new ArgumentError([{ path: ["update", "slaAware"], message }]);
  }
}
