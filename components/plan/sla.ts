import { UserError } from "../errors";
import type { HeronTopologyArgs } from "../topology-args";

/** Aurora's own tiers that support no SLA policy; what else a tier file names only the scheduler knows. */
const withoutSla: readonly (string | undefined)[] = [undefined, "preemptible", "revocable"];

/**
 * What the scheduler would refuse once everything is uploaded.
 * @throws UserError for an SLA policy in a tier without, or an update that is to keep to one that is not there
 */
export function refuseImpossibleSla({ name, tier, slaPolicy, update }: HeronTopologyArgs): void {
  if (slaPolicy !== undefined && withoutSla.includes(tier)) {
    throw new UserError(
      `${name}: slaPolicy: the tier ${tier ?? "preemptible (the scheduler's default)"} supports none. Set 'tier: preferred', ` +
        "which needs quota, or take slaPolicy out.",
    );
  }
  if (slaPolicy === undefined && update?.slaAware === true)
    throw new UserError(`${name}: update.slaAware: there is no slaPolicy to keep to. Say one, or take slaAware out.`);
}
