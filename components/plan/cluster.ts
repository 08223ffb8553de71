import type { FetchMethod } from "../aurora/thermos";
import type { FetchArgs, HeronClusterArgs } from "../cluster-args";

/** Files that the packages are kept under in a container. */
export const coreFile = "heron-core.tar.gz";
export const topologyFile = "topology.tar.gz";

/**
 * How agents fetch unless the document says otherwise: a mounted folder is copied from, a bucket read with the agents' role,
 * HDFS by its own client.
 */
export function fetchOf(cluster: {
  readonly artifacts: { readonly directory?: unknown; readonly hdfs?: unknown };
  readonly fetch?: FetchArgs;
}): FetchArgs {
  const { directory, hdfs } = cluster.artifacts;
  const usual = directory !== undefined ? "copy" : hdfs !== undefined ? "hdfs" : "aws";
  return cluster.fetch ?? usual;
}

/** Whether what the cluster holds is protected unless it says otherwise. */
export function isProduction({
  production,
  environment,
}: Pick<HeronClusterArgs, "production" | "environment">): boolean {
  return production ?? environment === "prod";
}

/** Who owns the job in Aurora's and Heron's eyes: what the document says, never who runs Pulumi. */
export function ownerOf(cluster: HeronClusterArgs): string {
  return cluster.owner ?? cluster.role;
}

/** How agents fetch one of a topology's two packages. */
export function fetchMethod(cluster: HeronClusterArgs, which: "core" | "topology"): FetchMethod {
  if (which === "core" && cluster.core.host === false) return "curl";
  const fetch = fetchOf(cluster);
  if (typeof fetch === "object") return { command: fetch[which] };
  if (fetch !== "aws") return fetch;
  const { region = "", endpoint } = cluster.artifacts.s3 ?? {};
  return { aws: { region, ...(endpoint !== undefined && { endpoint }) } };
}

/** Where agents fetch the core package: in the store, unless it is left where it lies. */
export function coreUri({ core }: Pick<HeronClusterArgs, "core">, stored: string): string {
  return core.host === false ? (core.url ?? stored) : stored;
}
