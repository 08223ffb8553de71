import type { FetchArgs, HeronClusterArgs } from "../cluster-args";

/** Files that the packages are kept under in a container. */
export const coreFile = "heron-core.tar.gz";
export const topologyFile = "topology.tar.gz";

/** How agents fetch: a mounted folder is copied from unless the document says otherwise. */
export function fetchOf(cluster: HeronClusterArgs): FetchArgs {
  return cluster.fetch ?? (cluster.artifacts.directory === undefined ? "curl" : "copy");
}

/** Who owns the job in Aurora's and Heron's eyes: what the document says, never who runs Pulumi. */
export function ownerOf(cluster: HeronClusterArgs): string {
  return cluster.owner ?? cluster.role;
}
