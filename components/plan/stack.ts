import { availableParallelism } from "node:os";
import { bulkhead } from "cockatiel";
import { plannedUri } from "../artifacts/planned-uri";
import { coreFolder, topologyFolder } from "../artifacts/store";
import type { StackDocument } from "../config/load";
import { UserError } from "../errors";
import { coreUri, fetchOf } from "./cluster";
import { submittedHeronAurora } from "./conf";
import { corePackage } from "./core-package";
import { planJob, type TopologyPlan } from "./job";
import { prepareTopology } from "./prepare";
import { refuseBeyondOwnQuota } from "./quota";

/**
 * Plans every topology of a stack, several at a time (each may run the user's main).
 * @param only names of the topologies to plan (default: all)
 * @throws UserError that lists what is wrong with every topology, not only the first
 */
export async function planStack(
  stack: StackDocument,
  owner: string,
  only?: readonly string[],
): Promise<readonly TopologyPlan[]> {
  const file = await corePackage(stack.cluster.core, stack.baseDirectory);
  const { artifacts } = stack.cluster;
  const fetch = fetchOf(stack.cluster);
  const core = { uri: coreUri(stack.cluster, plannedUri(artifacts, fetch, coreFolder, file)), sha256: file.sha256 };
  const heronAurora = submittedHeronAurora(stack.cluster, stack.baseDirectory);
  const atOnce = bulkhead(availableParallelism(), Infinity);
  const wanted = stack.topologies.filter(({ args }) => only?.includes(args.name) ?? true);
  const plans = await Promise.allSettled(
    wanted.map(({ args, baseDirectory }) =>
      atOnce.execute(async () => {
        const prepared = await prepareTopology({
          cluster: stack.cluster,
          core,
          topology: args,
          baseDirectory,
          ...(heronAurora !== undefined && { heronAurora }),
        });
        const uri = plannedUri(artifacts, fetch, topologyFolder(prepared.job), prepared.file);
        return planJob(prepared, uri, owner);
      }),
    ),
  );
  const failed = plans.flatMap((plan, index) =>
    plan.status === "rejected" ? [{ document: wanted[index]?.document ?? "", reason: plan.reason as unknown }] : [],
  );
  const unexpected = failed.find(({ reason }) => !(reason instanceof UserError));
  if (unexpected !== undefined) throw unexpected.reason;
  if (failed.length > 0) {
    throw new UserError(failed.map(({ document, reason }) => `${document}: ${(reason as Error).message}`).join("\n"));
  }
  const planned = plans.flatMap((plan) => (plan.status === "fulfilled" ? [plan.value] : []));
  refuseBeyondOwnQuota(stack.cluster, planned);
  return planned;
}
