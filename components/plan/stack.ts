import { availableParallelism } from "node:os";
import { bulkhead } from "cockatiel";
import { plannedUri } from "../artifacts/planned-uri";
import { coreFolder, type PackageLocation, topologyFolder } from "../artifacts/store";
import { problemAt } from "../config/layers";
import type { LoadedTopology, StackDocument } from "../config/load";
import { DocumentError, locating, oncePerLine } from "../config/problem";
import { UserError } from "../errors";
import type { HeronClusterArgs } from "../cluster-args";
import { coreUri, fetchOf } from "./cluster";
import { confDir, submittedHeronAurora } from "./conf";
import { corePackage } from "./core-package";
import { planJob, type TopologyPlan } from "./job";
import { prepareAhead } from "./prepare";
import { refuseBeyondOwnQuota } from "./quota";

/**
 * Plans every topology of a stack, several at a time (each may run the user's main).
 * @param only names of the topologies to plan (default: all)
 * @throws DocumentError that lists what is wrong with every topology, not only the first, where it is written
 */
export async function planStack(
  stack: StackDocument,
  owner: string,
  only?: readonly string[],
): Promise<readonly TopologyPlan[]> {
  const cluster = await told(stack, () => planCluster(stack));
  const atOnce = bulkhead(availableParallelism(), Infinity);
  const wanted = stack.topologies.filter(({ args }) => only?.includes(args.name) ?? true);
  const plans = await Promise.allSettled(
    wanted.map((topology) =>
      atOnce.execute(() => told(topology, () => planTopology(stack.cluster, cluster, topology, owner))),
    ),
  );
  const failed = plans.flatMap((plan) => (plan.status === "rejected" ? [{ reason: plan.reason as unknown }] : []));
  const unexpected = failed.find(({ reason }) => !(reason instanceof DocumentError));
  if (unexpected !== undefined) throw unexpected.reason;
  const problems = failed.flatMap(({ reason }) => (reason as DocumentError).problems);
  // What several topologies have from one place may be wrong of each in its own way.
  if (problems.length > 0) throw new DocumentError(oncePerLine(problems));
  const planned = plans.flatMap((plan) => (plan.status === "fulfilled" ? [plan.value] : []));
  await told(stack, () => refuseBeyondOwnQuota(stack.cluster, planned));
  return planned;
}

/** What the topologies of a cluster share. */
interface ClusterPlan {
  readonly core: PackageLocation;
  readonly heronAurora?: string;
}

async function planCluster({ cluster, baseDirectory }: StackDocument): Promise<ClusterPlan> {
  const file = await corePackage(cluster.core, baseDirectory);
  const uri = coreUri(cluster, plannedUri(cluster.artifacts, fetchOf(cluster), coreFolder, file));
  const heronAurora = submittedHeronAurora(cluster, baseDirectory);
  // What it says of the conf dir is wrong of itself, not of its first topology.
  confDir(cluster, { uri });
  return { core: { uri, sha256: file.sha256 }, ...(heronAurora !== undefined && { heronAurora }) };
}

async function planTopology(
  cluster: HeronClusterArgs,
  shared: ClusterPlan,
  { args, baseDirectory }: LoadedTopology,
  owner: string,
): Promise<TopologyPlan> {
  const { core, heronAurora } = shared;
  const prepared = await prepareAhead({
    cluster,
    core,
    topology: args,
    baseDirectory,
    ...(heronAurora !== undefined && { heronAurora }),
  });
  const uri = plannedUri(cluster.artifacts, fetchOf(cluster), topologyFolder(prepared.job), prepared.file);
  return planJob(prepared, uri, owner);
}

/** Does `work`; what is the user's mistake is told of the document that it is written in, or else of the one it is about. */
async function told<T>(
  { document, layers }: Pick<LoadedTopology, "document" | "layers">,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await locating((finding) => problemAt(layers, finding), work);
  } catch (error) {
    if (error instanceof DocumentError || !(error instanceof UserError)) throw error;
    throw new DocumentError([{ file: document, message: error.message }]);
  }
}
