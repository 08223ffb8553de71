import type { Resources } from "../aurora/role";
import type { SchedulerArgs } from "../cluster-args";

/** Type of an `AuroraQuota`, as the engine knows it. */
export const quotaType = "pulumi-nodejs:dynamic/heron:AuroraQuota";

/** Inputs of an `AuroraQuota`; machine-independent and without credentials. */
export interface QuotaInputs {
  /** Name of the Aurora cluster, under which `heron:credentials` has the administrator's. */
  readonly cluster: string;
  readonly role: string;
  readonly scheduler: SchedulerArgs;
  /** What the role's jobs may take together. */
  readonly allowed: Resources;
  /** Whether the quota that the role had before is set again when the resource goes. */
  readonly restoreOnDestroy?: true;
}

/** {@link QuotaInputs} as the engine keeps them. */
export interface QuotaProperties {
  readonly quota: QuotaInputs;
  /** What was allowed when the resource was made; no input. */
  readonly before?: Resources;
  /** What the resource has set, whatever a refresh finds; no input, and not known of one that an earlier version made. */
  readonly set?: Resources;
  /** The text by which the engine finds the provider; kept as it came. */
  readonly __provider?: string;
}
