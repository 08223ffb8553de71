import { canonicalJson } from "../canonical-json";
import { formatJobKey } from "../aurora/job-key";
import { fetchCommand, taskHash } from "../aurora/thermos";
import { openCache, sha256 } from "../cache";
import type { HeronClusterArgs } from "../cluster-args";
import type { PackageLocation } from "../artifacts/store";
import { type FetchProbeInputs, probeKind, probePrefix } from "../probe/inputs";
import { probeJob } from "../probe/job";
import { coreFile, fetchMethod, ownerOf } from "./cluster";

/** Whether agents' fetching is to be shown: unless told otherwise, wherever the scheduler is not one of this machine. */
export function isProbed({ probe, scheduler }: Pick<HeronClusterArgs, "probe" | "scheduler">): boolean {
  if (probe !== undefined) return probe;
  if (scheduler.local !== undefined) return false;
  const host = scheduler.url === undefined ? "" : new URL(scheduler.url).hostname;
  return !/^(localhost|127\..*|\[::1\])$/.test(host);
}

/** Agents that could fetch may be shut out by another policy or key, which no command tells. */
function accessOf({ artifacts: { s3 } }: HeronClusterArgs): Pick<FetchProbeInputs, "access"> {
  if (s3 === undefined) return {};
  const { create, readers, kmsKey } = s3;
  return { access: sha256(canonicalJson({ create, readers, kmsKey })) };
}

/**
 * The probe of a cluster whose core package lies at `core`.
 * @param owner `project/stack`; it also makes the job's name, so that stacks that share a role do not meet
 */
export async function planProbe(
  cluster: HeronClusterArgs,
  core: PackageLocation,
  owner: string,
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
    ...accessOf(cluster),
    payload: await openCache().put(probeKind, Buffer.from(JSON.stringify(configuration))),
    owner,
  };
}
