import { canonicalJson } from "../canonical-json";
import { formatJobKey } from "../aurora/job-key";
import { fetchCommand, taskHash } from "../aurora/thermos";
import { openCache, sha256 } from "../cache";
import type { HeronClusterArgs, S3StoreArgs } from "../cluster-args";
import type { PackageLocation } from "../artifacts/store";
import { type FetchProbeInputs, probeKind, probePrefix } from "../probe/inputs";
import { probeJob } from "../probe/job";
import { coreFile, fetchMethod, ownerOf } from "./cluster";

/** Whether agents' fetching is to be shown: unless told otherwise, wherever the scheduler is not one of this machine. */
export function isProbed({ probe, scheduler }: Pick<HeronClusterArgs, "probe" | "scheduler">): boolean {
  if (probe !== undefined) return probe;
  if (scheduler.local !== undefined) return false;
  const { url = "" } = scheduler;
  // One that is no address is told of with the rest of the arguments.
  return !URL.canParse(url) || !/^(localhost|127\..*|\[::1\])$/.test(new URL(url).hostname);
}

/** Who may read a bucket, as far as the documents say so: agents that could fetch may be shut out by another policy or key. */
export type BucketAccess = { readonly [Key in "create" | "readers" | "kmsKey"]: S3StoreArgs[Key] | undefined };

/**
 * The probe of a cluster whose core package lies at `core`.
 * @param owner `project/stack`; it also makes the job's name, so that stacks that share a role do not meet
 * @param access absent of stores that know no readers
 */
export async function planProbe(
  cluster: HeronClusterArgs,
  core: PackageLocation,
  owner: string,
  access: BucketAccess | undefined,
): Promise<FetchProbeInputs> {
  const { role, environment } = cluster;
  const name = `${probePrefix}${sha256(owner).slice(0, 8)}`;
  const job = { cluster: cluster.cluster, role, environment, name };
  const fetchCore = fetchCommand(fetchMethod(cluster, "core"), { ...core, file: coreFile });
  const configuration = probeJob({ job, user: ownerOf(cluster), owner, fetchCore });
  return {
    jobKey: formatJobKey(job),
    scheduler: cluster.scheduler,
    corePackage: core.uri,
    taskHash: taskHash(configuration.taskConfig),
    ...(access !== undefined && { access: sha256(canonicalJson(access)) }),
    payload: await openCache().put(probeKind, Buffer.from(JSON.stringify(configuration))),
    owner,
  };
}
