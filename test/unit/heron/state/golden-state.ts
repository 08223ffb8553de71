import { readdirSync, existsSync } from "node:fs";
import type { Submission } from "../../../../components/heron/state";
import { goldenJson, goldenPath } from "../../../support/paths";

/** A tree as bytes: path below the root → hex. */
export type Nodes = Readonly<Record<string, string>>;

interface GoldenNode {
  readonly hex?: string;
  readonly content?: Readonly<Record<string, unknown>>;
}

interface GoldenExecutionState {
  readonly topology_id: string;
  readonly submission_time: string;
  readonly submission_user: string;
  readonly cluster: string;
  readonly environ: string;
  readonly role: string;
  readonly release_state: { readonly release_username: string; readonly release_version: string };
}

/** A recorded tree of one topology, and the arguments that should make it anew. */
export interface GoldenTree {
  readonly nodes: Nodes;
  readonly submission: Submission;
  readonly jobPageLinks: readonly string[];
}

/** Names of the topologies whose tree after `heron submit` was recorded. */
export function recordedTopologies(): string[] {
  return readdirSync(goldenPath("heron")).filter(
    (name) =>
      existsSync(goldenPath("heron", name, "state.json")) &&
      `topologies/${name}` in (goldenJson("heron", name, "state.json") as object),
  );
}

export function recordedTree(topology: string): GoldenTree {
  return goldenTree(topology, goldenJson("heron", topology, "state.json") as Record<string, GoldenNode>);
}

/** A recorded step of the life on a real ZooKeeper: its tree below `/heron/golden`, with what zookeeper said of nodes. */
export function recordedZooKeeperStep(title: string): Record<string, GoldenNode & { readonly version: number }> {
  const steps = goldenJson("heron", "_zookeeper", "lifecycle.json") as {
    title: string;
    zk_after: Record<string, GoldenNode & { version: number }>;
  }[];
  const step = steps.find((one) => one.title.startsWith(title));
  if (step === undefined) throw new Error(`no step '${title}' was recorded`);
  return step.zk_after;
}

export function goldenTree(topology: string, recorded: Readonly<Record<string, GoldenNode>>): GoldenTree {
  const node = (directory: string): GoldenNode => {
    const found = recorded[`${directory}/${topology}`];
    if (found === undefined) throw new Error(`${directory}/${topology} was not recorded`);
    return found;
  };
  const state = node("executionstate").content as unknown as GoldenExecutionState;
  return {
    nodes: Object.fromEntries(
      Object.entries(recorded).flatMap(([path, { hex }]) => (hex === undefined ? [] : [[path, hex]])),
    ),
    submission: {
      name: topology,
      topology: bytes(node("topologies")),
      plan: bytes(node("packingplans")),
      executionState: {
        topologyId: state.topology_id,
        submissionTime: Number(state.submission_time),
        submissionUser: state.submission_user,
        cluster: state.cluster,
        environment: state.environ,
        role: state.role,
        release: { user: state.release_state.release_username, version: state.release_state.release_version },
      },
    },
    jobPageLinks: (node("schedulers").content?.job_page_link ?? []) as string[],
  };
}

function bytes({ hex }: GoldenNode): Uint8Array {
  if (hex === undefined) throw new Error("no bytes were recorded");
  return Buffer.from(hex, "hex");
}
