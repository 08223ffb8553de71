import type { SchedulerArgs } from "../../cluster-args";

/** Whose jobs may run on a package, and where to ask; the same on every machine. */
export interface PackageUse {
  /** Name of the Aurora cluster: credentials are looked up by it. */
  readonly cluster: string;
  readonly role: string;
  /** Key of the one job that fetches it, of a topology package; absent where every job of the role may. */
  readonly job?: string;
  readonly scheduler: SchedulerArgs;
}
