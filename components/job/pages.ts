import type { JobKey } from "../aurora/job-key";
import type { HeronClusterArgs } from "../cluster-args";

/** Pages that show a topology; those of which the document names no server are absent. */
export interface TopologyPages {
  /** The job in the scheduler's own UI. */
  readonly jobPage?: string;
  /** The topology in Heron UI: its graph, containers and metrics. */
  readonly uiPage?: string;
  /** What Heron Tracker tells of the topology, as JSON. */
  readonly trackerPage?: string;
}

/** The addresses that Aurora 0.23, Heron UI and Heron Tracker 0.20 show a topology under. */
export function topologyPages(
  { scheduler, ui, tracker }: Pick<HeronClusterArgs, "scheduler" | "ui" | "tracker">,
  { cluster, role, environment, name }: JobKey,
): TopologyPages {
  const aurora = scheduler.webUrl ?? scheduler.url;
  const [inPath, inQuery] = [
    encodeURIComponent(name),
    new URLSearchParams({ cluster, environ: environment, topology: name }),
  ];
  return {
    ...(aurora !== undefined && { jobPage: `${base(aurora)}/scheduler/${role}/${environment}/${name}` }),
    ...(ui !== undefined && { uiPage: `${base(ui)}/topologies/${cluster}/${environment}/${inPath}` }),
    ...(tracker !== undefined && { trackerPage: `${base(tracker)}/topologies/info?${String(inQuery)}` }),
  };
}

function base(address: string): string {
  return address.replace(/\/+$/, "");
}
