import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Metadata } from "../aurora/job-configuration";
import { boundFetchCommand, fetchCommand } from "../aurora/thermos";
import type { HeronClusterArgs } from "../cluster-args";
import { ArgumentError } from "../errors";
import { renderConfDir } from "../heron/conf";
import { checkHeronAurora, checkMetadata } from "../heron/conf/heron-aurora";
import { executorPorts } from "../heron/executor-arguments";
import { markNames } from "../job/heron-cli/call";
import { topologyPages } from "../job/pages";
import type { HeronTopologyArgs } from "../topology-args";
import { coreFile, fetchMethod, topologyFile } from "./cluster";
import { defaultPacking } from "./defaults";

/** A core package as `heron.aurora` fetches it. */
export interface ConfCore {
  readonly uri: string;
  /** Left out, it is fetched as Heron's own `heron.aurora` does: from wherever the submitter says, unchecked. */
  readonly sha256?: string;
}

/**
 * The Heron conf dir, file by file: of one topology, or of the cluster for whatever `heron` submits there.
 * @param marks metadata of the job, for the `heron` CLI alone
 */
export function confDir(
  cluster: HeronClusterArgs,
  core: ConfCore,
  topology: Pick<HeronTopologyArgs, "packing" | "heronConfig"> = {},
  marks: readonly Metadata[] = [],
): ReadonlyMap<string, string> {
  const submits = core.sha256 !== undefined;
  return renderConfDir({
    // A package must not change with what only who submits reads.
    cluster: submits ? withJobLink(cluster) : cluster,
    submits,
    coreUri: core.uri,
    packing: topology.packing ?? defaultPacking,
    fetchCore: fetchCoreOf(cluster, core),
    fetchTopology: boundFetchCommand(fetchMethod(cluster, "topology"), "TOPOLOGY_PACKAGE_URI", topologyFile),
    ports: executorPorts,
    heronConfig: topology.heronConfig ?? {},
    marks,
  });
}

const jobLink = "heron.scheduler.job.link.template";

/** With where Heron Tracker and UI link to a job's page, unless the document says so itself: what Heron puts in stays. */
function withJobLink(cluster: HeronClusterArgs): HeronClusterArgs {
  const { jobPage } = topologyPages(cluster, {
    cluster: "",
    role: "${ROLE}",
    environment: "${ENVIRON}",
    name: "${TOPOLOGY}",
  });
  if (jobPage === undefined) return cluster;
  const scheduler = { [jobLink]: jobPage, ...cluster.conf?.["scheduler.yaml"] };
  return { ...cluster, conf: { ...cluster.conf, "scheduler.yaml": scheduler } };
}

/** The native job's own command; the submitter's binding where the document gives `heron` another core package than ours. */
function fetchCoreOf(cluster: HeronClusterArgs, { uri, sha256 }: ConfCore): string {
  const method = fetchMethod(cluster, "core");
  const isOther = cluster.conf?.["scheduler.yaml"]?.["heron.package.core.uri"] !== undefined;
  return sha256 === undefined || isOther
    ? boundFetchCommand(method, "CORE_PACKAGE_URI", coreFile)
    : fetchCommand(method, { uri, sha256, file: coreFile });
}

/**
 * The user's own `heron.aurora` for topologies that the `heron` CLI submits; undefined where the document names none, or
 * submits natively: it is checked all the same, since it comes into the conf dir.
 * @param directory folder that the cluster's file paths are relative to
 * @throws ArgumentError for a file that cannot be read, would not work, or does not mark the job
 */
export function submittedHeronAurora(cluster: HeronClusterArgs, directory: string): string | undefined {
  const { heronAurora: file, submitter } = cluster;
  if (file === undefined) return undefined;
  const text = ownHeronAurora(file, directory);
  if (submitter !== "heron-cli") return undefined;
  checkMetadata(text, file, markNames);
  return text;
}

/**
 * `conf` with the user's own `heron.aurora`, where the document names one.
 * @param directory folder that the cluster's file paths are relative to
 * @throws ArgumentError for a file that cannot be read or would not work
 */
export function withOwnHeronAurora(
  conf: ReadonlyMap<string, string>,
  { heronAurora: file }: Pick<HeronClusterArgs, "heronAurora">,
  directory: string,
): ReadonlyMap<string, string> {
  return file === undefined ? conf : new Map([...conf, ["heron.aurora", ownHeronAurora(file, directory)]]);
}

function ownHeronAurora(file: string, directory: string): string {
  let text: string;
  try {
    text = readFileSync(resolve(directory, file), "utf8");
  } catch {
    const message = `${file} cannot be read. Give a file's path, relative to the stack document.`;
    throw new ArgumentError([{ path: ["heronAurora"], message }]);
  }
  checkHeronAurora(text, file);
  return text;
}
