import type { SchedulerArgs } from "../../cluster-args";

/** Whose jobs may run on a package, and where to ask; the same on every machine. */
export interface PackageUse {
  /** Name of the Aurora cluster: credentials are looked up by it. */
  readonly cluster: string;
  readonly role: string;
  readonly scheduler: SchedulerArgs;
}
