import { packageMark } from "../artifacts/store";
import { formatJobKey } from "../aurora/job-key";
import type { JobConfiguration } from "../aurora/job-configuration";
import { jobConfiguration, taskHash } from "../aurora/thermos";
import { openCache } from "../cache";
import {
  checkedRuntimeConfig,
  components,
  forStateTree,
  isEffectivelyOnce,
  type Topology,
  withContainerCount,
  withParallelism,
  withState,
  writeDefinition,
} from "../heron/definition";
import { packingPlanToBytes } from "../heron/packing";
import { mebibyte } from "../heron/packing/units";
import type { AuroraJobInputs } from "../job/inputs";
import { expectedDigest } from "../heron/state/expected";
import { type JobPayload, storePayload, treeOf } from "../job/payload";
import { ArgumentError } from "../errors";
import type { HeronTopologyArgs } from "../topology-args";
import { defaultPacking } from "./defaults";
import { heronCall } from "./heron-call";
import { jobSpec } from "./job-spec";
import { ownerOf } from "./cluster";
import type { PreparedTopology } from "./prepare";
import { refuseLargeNodes, whereTreeIs } from "./state-tree";

/** The topology as it runs: with the document's parallelism, and as many containers as the plan has. */
function scaled({ topology, packing, request }: PreparedTopology): Topology {
  return withContainerCount(
    withParallelism(topology, request.topology.parallelism ?? {}),
    packing.plan.containers.length,
  );
}

/** What the conf dir's release.yaml says. */
const heronRelease = { user: "heron", version: "0.20.5" };

/** All that follows from a topology's document, as data. */
export interface TopologyPlan {
  readonly prepared: PreparedTopology;
  /** Where agents fetch the topology package. */
  readonly uri: string;
  readonly jobConfiguration: JobConfiguration;
  /** What the engine keeps. */
  readonly inputs: Omit<AuroraJobInputs, "resourceUrn" | "change">;
}

const answers = new WeakMap<PreparedTopology, Map<string, Promise<TopologyPlan>>>();

/**
 * The Aurora job of a prepared topology whose package agents find at `uri`; asked again, it answers from memory.
 * @param owner `project/stack`: the mark that tells whose job it is
 */
export function planJob(prepared: PreparedTopology, uri: string, owner: string): Promise<TopologyPlan> {
  const known = answers.get(prepared) ?? new Map<string, Promise<TopologyPlan>>();
  answers.set(prepared, known);
  const key = JSON.stringify([uri, owner]);
  const answer = known.get(key) ?? plan(prepared, uri, owner);
  known.set(key, answer);
  return answer;
}

async function plan(prepared: PreparedTopology, uri: string, owner: string): Promise<TopologyPlan> {
  const { request, job, packing } = prepared;
  const { cluster, core, topology: args } = request;
  const configuration = jobConfiguration(jobSpec(prepared, uri, owner));
  refuseUnknownContainers(args, configuration.instanceCount);
  const topology = withState(scaled(prepared), args.state ?? "running");
  const tree = { topology: writeDefinition(forStateTree(topology)), packingPlan: packingPlanToBytes(packing.plan) };
  refuseLargeNodes(cluster, job.name, tree);
  const payload: JobPayload = {
    topology: Buffer.from(tree.topology).toString("base64"),
    packingPlan: Buffer.from(tree.packingPlan).toString("base64"),
    jobConfiguration: configuration,
    name: job.name,
    executionState: {
      topologyId: topology.id,
      submissionUser: ownerOf(cluster),
      cluster: job.cluster,
      environment: job.environment,
      role: job.role,
      release: heronRelease,
    },
  };
  const hash = taskHash(configuration.taskConfig);
  const byCli = cluster.submitter === "heron-cli" ? await heronCall(prepared, owner, hash) : undefined;
  const { cpu, ram, disk } = packing.container;
  return {
    prepared,
    uri,
    jobConfiguration: configuration,
    inputs: {
      jobKey: formatJobKey(job),
      scheduler: cluster.scheduler,
      stateTree: whereTreeIs(cluster.state),
      topologyId: prepared.topology.id,
      instances: configuration.instanceCount,
      resources: { cpu, ramMb: mebibytes(ram), diskMb: mebibytes(disk) },
      packing: args.packing ?? defaultPacking,
      parallelism: Object.fromEntries(components(topology).map(({ name, parallelism }) => [name, parallelism])),
      ...(args.containerNumber !== undefined && { containerNumber: args.containerNumber }),
      corePackage: packageMark(core.uri),
      topologyPackage: packageMark(uri),
      ...(args.scaling === "outside" && { scaling: args.scaling }),
      state: args.state ?? "running",
      ...(args.runtimeConfig !== undefined && { runtimeConfig: checkedRuntimeConfig(topology, args.runtimeConfig) }),
      ...(args.restart !== undefined && { restart: args.restart }),
      ...(args.restartContainers !== undefined && { restartContainers: args.restartContainers }),
      taskHash: hash,
      treeHash: expectedDigest(treeOf(payload)),
      payload: await storePayload(openCache(), byCli === undefined ? payload : { ...payload, heron: byCli.call }),
      ...(args.update !== undefined && { update: args.update }),
      ...(args.timeouts !== undefined && { timeouts: args.timeouts }),
      owner,
      ...(args.adopt === true && { adopt: true }),
      ...(cluster.requireOffers === true && { requireOffers: true }),
      ...(isEffectivelyOnce(topology) && { stateful: true }),
      ...(byCli !== undefined && { submitter: "heron-cli", submission: byCli.submission }),
    },
  };
}

function refuseUnknownContainers({ name, restartContainers }: HeronTopologyArgs, instances: number): void {
  const unknown = restartContainers?.containers.filter((container) => container >= instances) ?? [];
  if (unknown.length === 0) return;
  const message = `${name} has no container ${unknown.join(", ")}: they are numbered from 0 to ${instances - 1}.`;
  throw new ArgumentError([{ path: ["restartContainers", "containers"], message }]);
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / mebibyte);
}
