import type { HeronClusterArgs } from "../cluster-args";
import type { Finding } from "../finding";

/** What a cluster says that cannot be with Heron's local scheduler, and what to do; nothing for a cluster on Aurora. */
export function localSchedulerFindings(cluster: HeronClusterArgs | undefined): readonly Finding[] {
  if (cluster?.scheduler.local === undefined) return [];
  const { submitter, artifacts, scheduler } = cluster;
  const finding = (path: readonly string[], message: string): Finding => ({ path, message });
  const store = artifacts.s3 !== undefined ? "s3" : artifacts.hdfs !== undefined ? "hdfs" : undefined;
  return [
    ...(submitter === "heron-cli"
      ? []
      : [
          finding(
            ["submitter"],
            "topologies of the local scheduler are submitted by heron; say 'submitter: heron-cli'",
          ),
        ]),
    ...(store === undefined
      ? []
      : [finding(["artifacts", store], "the local scheduler reads packages from a folder; use artifacts.directory")]),
    ...(["webUrl", "observerPort"] as const)
      .filter((key) => scheduler[key] !== undefined)
      .map((key) => finding(["scheduler", key], "is Aurora's, which there is none of with 'local'; leave it out")),
    ...auroraOnly
      .filter((key) => cluster[key] !== undefined)
      .map((key) => finding([key], "is Aurora's, and has no meaning with 'scheduler.local'; leave it out")),
  ];
}

const auroraOnly = ["environmentPattern", "fetch", "heronAurora", "probe", "quota", "requireOffers"] as const;
