import type { JobKey } from "./job-key";
import { int64, keyFromThrift, metadataFromThrift } from "./job-thrift";
import type { Metadata } from "./job-configuration";
import type { Plain, Wire } from "./protocol";
import { safeNumber } from "./thrift-values";
import type * as thrift from "./thrift/gen/api_types";

/** Cores, and MiB of memory and disk. */
export interface Resources {
  readonly numCpus: number;
  readonly ramMb: number;
  readonly diskMb: number;
}

/** What a role may use of the tier that needs quota, and what its jobs use. */
export interface RoleQuota {
  readonly quota: Resources;
  readonly prodShared: Resources;
  readonly nonProdShared: Resources;
  readonly prodDedicated: Resources;
  readonly nonProdDedicated: Resources;
}

export interface JobSummary {
  readonly job: JobKey;
  readonly instanceCount: number;
  /** Metadata of its tasks. */
  readonly metadata: readonly Metadata[];
  /** Numbers of its tasks. */
  readonly active: number;
  readonly pending: number;
  readonly finished: number;
  readonly failed: number;
}

export interface Tiers {
  /** The one for jobs that name none. */
  readonly defaultTier: string;
  readonly tiers: readonly { readonly name: string; readonly settings: Readonly<Record<string, string>> }[];
}

export function quotaFromThrift(result: Wire<thrift.GetQuotaResult>): RoleQuota {
  return {
    quota: resourcesFromThrift(result.quota),
    prodShared: resourcesFromThrift(result.prodSharedConsumption),
    nonProdShared: resourcesFromThrift(result.nonProdSharedConsumption),
    prodDedicated: resourcesFromThrift(result.prodDedicatedConsumption),
    nonProdDedicated: resourcesFromThrift(result.nonProdDedicatedConsumption),
  };
}

/** @throws RangeError when the summary names no job. */
export function jobSummaryFromThrift(cluster: string, { job, stats }: Wire<thrift.JobSummary>): JobSummary {
  const key = keyFromThrift(job?.key);
  if (key === undefined) {
    throw new RangeError("a job without a key");
  }
  return {
    job: { cluster, ...key },
    instanceCount: job?.instanceCount ?? 0,
    metadata: metadataFromThrift(job?.taskConfig?.metadata),
    active: stats?.activeTaskCount ?? 0,
    pending: stats?.pendingTaskCount ?? 0,
    finished: stats?.finishedTaskCount ?? 0,
    failed: stats?.failedTaskCount ?? 0,
  };
}

export function tiersFromThrift({ defaultTierName, tiers }: Wire<thrift.GetTierConfigResult>): Tiers {
  return {
    defaultTier: defaultTierName ?? "",
    tiers: (tiers ?? []).map(({ name, settings }) => ({
      name: name ?? "",
      settings: Object.fromEntries(Object.entries(settings ?? {}).map(([key, value]) => [key, value ?? ""])),
    })),
  };
}

/** Aurora's struct for a quota, which must name each of the three once. @throws UserError for a number that it cannot hold. */
export function resourcesToThrift({
  numCpus,
  ramMb,
  diskMb,
}: Resources): Plain<Pick<thrift.ResourceAggregate, "resources">> {
  return { resources: [{ numCpus }, { ramMb: int64("ramMb", ramMb) }, { diskMb: int64("diskMb", diskMb) }] };
}

/** The sum of what is listed; ports are no part of it. */
export function resourcesFromThrift(
  aggregate: Pick<Wire<thrift.ResourceAggregate>, "resources"> | null | undefined,
): Resources {
  const resources = aggregate?.resources ?? [];
  return {
    numCpus: resources.reduce((sum, { numCpus }) => sum + (numCpus ?? 0), 0),
    ramMb: resources.reduce((sum, { ramMb }) => sum + safeNumber(ramMb), 0),
    diskMb: resources.reduce((sum, { diskMb }) => sum + safeNumber(diskMb), 0),
  };
}
