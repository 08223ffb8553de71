import type { Resources as AuroraResources, RoleQuota } from "../../components/aurora/role";
import type { Resources } from "../../components/heron/packing";
import { mebibyte } from "../../components/heron/packing/units";
import { less, nothing, plus } from "./containers";
import type { BeforeAfter, QuotaUse, Side } from "./model";
import { visible } from "./visible";

/** A role, and what the scheduler says of its quota. */
export interface RoleUse {
  readonly role: string;
  readonly quota: RoleQuota;
}

/** How much of the role's quota its jobs use. */
export function quotaNow({ role, quota }: RoleUse): QuotaUse {
  return { role: visible(role), quota: inBytes(quota.quota), now: inBytes(quota.prodShared) };
}

/** The same, and how much once these topologies are changed; other jobs stay as they are. */
export function quotaAfter(roleUse: RoleUse, topologies: readonly BeforeAfter<Side>[]): QuotaUse {
  const use = quotaNow(roleUse);
  const take = (side: "before" | "after") =>
    topologies
      .filter(({ before, after }) => takes(side, before, after))
      .reduce((sum, topology) => plus(sum, topology[side]?.total.resources ?? nothing), nothing);
  return { ...use, after: plus(less(use.now, take("before")), take("after")) };
}

/** A side whose tier is not known is taken to have the other's. */
function takes(side: "before" | "after", before: Side | undefined, after: Side | undefined): boolean {
  const [own, other] = side === "before" ? [before, after] : [after, before];
  return own?.takesQuota ?? other?.takesQuota ?? false;
}

function inBytes({ numCpus, ramMb, diskMb }: AuroraResources): Resources {
  return { cpu: numCpus, ram: ramMb * mebibyte, disk: diskMb * mebibyte };
}
