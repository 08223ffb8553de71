import { internalError, invalidRequest } from "../scheduler/errors";
import type { Resource, ResourceAggregate } from "../scheduler/model";
import { amountsOf, consumptionOf } from "../scheduler/quota";
import { assertNotBlank, required } from "./arguments";
import type { Handler } from "./handler";

const quotaResources: readonly (keyof Resource)[] = ["numCpus", "ramMb", "diskMb"];

/** Calls of AuroraAdmin. */
export const adminWrites: Readonly<Record<string, Handler>> = {
  setQuota({ store }, args: { readonly ownerRole?: string; readonly quota?: ResourceAggregate }) {
    const role = assertNotBlank(args.ownerRole);
    const quota = required(args.quota, "quota");
    const named = quota.resources.flatMap((resource) => Object.keys(resource)).sort();
    if (named.join() !== [...quotaResources].sort().join()) {
      throw internalError("Quota resources must be exactly: [CPUS, RAM_MB, DISK_MB]");
    }
    const amounts = amountsOf(quota.resources);
    const used = consumptionOf(store, role).prodShared;
    if (Math.min(amounts.cpus, amounts.ramMb, amounts.diskMb) < 0) {
      throw invalidRequest(`Negative values in: ${JSON.stringify(amounts)}`);
    }
    if (amounts.cpus < used.cpus || amounts.ramMb < used.ramMb || amounts.diskMb < used.diskMb) {
      throw invalidRequest(
        `Quota: ${JSON.stringify(amounts)} is less then current prod reservation: ${JSON.stringify(used)}`,
      );
    }
    store.apply({ kind: "quota", role, quota });
    return {};
  },
};
