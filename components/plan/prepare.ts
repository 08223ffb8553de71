import { basename, resolve } from "node:path";
import type { LocalPackage, PackageLocation } from "../artifacts/store";
import type { JobKey } from "../aurora/job-key";
import { openCache } from "../cache";
import type { HeronClusterArgs } from "../cluster-args";
import { ArgumentError } from "../errors";
import { deriveTopologyId, type Topology, withConfig, withIdentity, writeDefinition } from "../heron/definition";
import { hashOf, otherDigest } from "../heron/named-file";
import { buildTopologyPackage } from "../heron/package";
import type { HeronTopologyArgs } from "../topology-args";
import { ownerOf } from "./cluster";
import { confDir } from "./conf";
import { topologyDefinition } from "./definition";
import { refuseOtherContent } from "./package-file";
import { refuseImpossibleSla } from "./sla";
import { packTopology, type TopologyPacking } from "./packing";

/** What a topology is prepared from; all of it but `baseDirectory` is the same on every machine. */
export interface PrepareRequest {
  readonly cluster: HeronClusterArgs;
  readonly core: PackageLocation;
  readonly topology: HeronTopologyArgs;
  /** Folder that the topology's file paths are relative to. */
  readonly baseDirectory: string;
  /** Text of a `heron.aurora` of the user's, where the `heron` CLI is to submit by it. */
  readonly heronAurora?: string;
}

/** All that is known of a topology before its package has a place in the store. */
export interface PreparedTopology {
  readonly request: PrepareRequest;
  readonly job: JobKey;
  /** The user's own topology with the identity and configuration it is submitted with. */
  readonly topology: Topology;
  readonly packing: TopologyPacking;
  /** The topology package, in the checkout's cache. */
  readonly file: LocalPackage;
}

const ahead = new Map<string, PreparedTopology>();

/**
 * Definition, packing plan and topology package of one topology: no effect but the checkout's cache. What was prepared ahead
 * is taken from memory, once: a process of the automation API makes many runs, and files change between them.
 * @throws UserError for what cannot work, in words that say what to change
 */
export async function prepareTopology(request: PrepareRequest): Promise<PreparedTopology> {
  const key = JSON.stringify(request);
  const prepared = ahead.get(key);
  ahead.delete(key);
  return prepared ?? prepare(request);
}

/** The same for a program that checks all topologies before it deploys one: {@link prepareTopology} then answers at once. */
export async function prepareAhead(request: PrepareRequest): Promise<PreparedTopology> {
  const prepared = await prepare(request);
  ahead.set(JSON.stringify(request), prepared);
  return prepared;
}

async function prepare(request: PrepareRequest): Promise<PreparedTopology> {
  const { cluster, core, topology: args, baseDirectory } = request;
  const job = { cluster: cluster.cluster, role: cluster.role, environment: cluster.environment, name: args.name };
  refuseImpossibleSla(args);
  await refuseOtherPackage(args, baseDirectory);
  await refuseOtherContent(["package"], resolve(baseDirectory, args.package));
  const emitted = await topologyDefinition(request, job, ownerOf(cluster));
  const topology = withIdentity(withConfig(emitted, args.config ?? {}), deriveTopologyId(job));
  const packing = packTopology(topology, args, cluster.conf);
  // What heron.aurora says is for nobody there, and a package must not change with it.
  const conf = confDir(cluster, { uri: core.uri }, args);
  const { sha256, size } = await buildTopologyPackage(
    {
      topologyFile: resolve(baseDirectory, args.package),
      topologyFileName: basename(args.package),
      definition: writeDefinition(topology),
      definitionName: `${args.name}.defn`,
      conf,
    },
    openCache(),
  );
  return { request, job, topology, packing, file: { name: args.name, sha256, size } };
}

/** Before the main in it is run. */
async function refuseOtherPackage(args: HeronTopologyArgs, baseDirectory: string): Promise<void> {
  if (args.sha256 === undefined) return;
  const actual = await hashOf(["package"], resolve(baseDirectory, args.package), openCache());
  if (actual === args.sha256) return;
  const message = otherDigest(basename(args.package), actual, args.sha256);
  throw new ArgumentError([{ path: ["sha256"], message }]);
}
