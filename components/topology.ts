import * as pulumi from "@pulumi/pulumi";
import { type PackageLocation, topologyFolder } from "./artifacts/store";
import { type HeronCluster, stackOwner } from "./cluster";
import { type Inputs, resolved } from "./inputs";
import { inspectTopology, requireValid } from "./config/inspect";
import type { AuroraJobInputs } from "./job/inputs";
import { AuroraJob } from "./job/resource";
import { planJob } from "./plan/job";
import { topologyPages, type TopologyPages } from "./job/pages";
import { prepareTopology } from "./plan/prepare";
import { projectRoot } from "./project";
import type { HeronTopologyArgs } from "./topology-args";

/** Arguments of {@link HeronTopology}: {@link HeronTopologyArgs} with Pulumi inputs allowed at every place but the name. */
export type HeronTopologyInputs = Inputs<Omit<HeronTopologyArgs, "name" | PlainArgs>> &
  Pick<HeronTopologyArgs, PlainArgs> & {
    /** The environment it runs in. */
    readonly cluster: HeronCluster;
    /** Topology name and Aurora job name (default: the resource's name). */
    readonly name?: string;
  };

/** Arguments that become options of the resources. */
type PlainArgs = "protect" | "retainOnDelete";

/** Options of {@link HeronTopology}: a component's, and where files are. */
export interface HeronTopologyOptions extends pulumi.ComponentResourceOptions {
  /** Folder that file paths are relative to (default: the Pulumi project's). */
  readonly baseDirectory?: string;
}

/** What a deployed topology tells of itself. */
export interface TopologySummary extends TopologyPages {
  readonly jobKey: string;
  /** Aurora instances: containers of the packing plan, and container 0. */
  readonly containers: number;
  /** Heron instances by component. */
  readonly parallelism: Readonly<Record<string, number>>;
  /** Of each container: cores, MiB, MiB. */
  readonly resources: AuroraJobInputs["resources"];
  /** Where agents fetch the topology package, and what it hashes to. */
  readonly package: PackageLocation;
}

/**
 * One Heron topology: its package in the cluster's artifact store and its Aurora job. What a preview shows is computed
 * from the topology's real definition, without touching scheduler, state tree or store.
 *
 * @example
 * new HeronTopology("WordCount", {
 *   cluster,
 *   package: "wordcount.jar",
 *   class: "org.example.WordCount",
 *   args: ["WordCount"],
 *   parallelism: { count: 4 },
 * });
 */
export class HeronTopology extends pulumi.ComponentResource {
  /** The topology's name. */
  readonly name: string;
  readonly job: AuroraJob;
  readonly topologyId: pulumi.Output<string>;
  readonly summary: pulumi.Output<TopologySummary>;

  /** @throws UserError for what cannot work, before anything is uploaded or submitted */
  constructor(name: string, args: HeronTopologyInputs, options: HeronTopologyOptions = {}) {
    const { baseDirectory = projectRoot(), ...componentOptions } = options;
    super("heron:index:HeronTopology", name, {}, componentOptions);
    const { cluster, ...own } = args;
    this.name = args.name ?? name;
    const topology = resolved<HeronTopologyArgs>({ ...own, name: this.name });
    // Only plain data goes through outputs, which take everything apart; what was prepared is remembered by its request.
    const request = pulumi
      .all([cluster.args, cluster.core, cluster.heronAurora, topology])
      .apply(([clusterArgs, core, heronAurora, known]) => ({
        cluster: clusterArgs,
        core,
        topology: requireValid(name, inspectTopology(known, clusterArgs.role)),
        baseDirectory,
        ...(heronAurora !== undefined && { heronAurora }),
      }));
    const placed = request.apply(async (known) => {
      const { job, file } = await prepareTopology(known);
      return { folder: topologyFolder(job), file };
    });
    const uri = cluster.store.uri(placed.folder, placed.file);
    const planned = pulumi.all([request, uri]).apply(async ([known, at]) => {
      const { inputs, prepared } = await planJob(await prepareTopology(known), at, stackOwner());
      const pages = topologyPages(known.cluster, prepared.job);
      return { inputs, pages, location: { uri: at, sha256: prepared.file.sha256 } };
    });
    const inputs = planned.apply((plan) => plan.inputs);
    const retainOnDelete = args.retainOnDelete ?? false;
    const published = cluster.store.publish(`${name}-package`, placed.folder, placed.file, {
      parent: this,
      ...(retainOnDelete && { retainOnDelete }),
    });
    this.job = new AuroraJob(name, inputs, {
      parent: this,
      dependsOn: [published, ...cluster.ready],
      protect: args.protect ?? cluster.production,
      retainOnDelete,
    });
    this.topologyId = inputs.apply((known) => known.topologyId);
    this.summary = planned.apply((plan) => summaryOf(plan.inputs, plan.location, plan.pages));
    // Nothing: outputs would be one more writing of the whole state for every topology.
    this.registerOutputs();
  }
}

function summaryOf(
  inputs: Omit<AuroraJobInputs, "resourceUrn" | "change">,
  location: PackageLocation,
  pages: TopologyPages,
): TopologySummary {
  return {
    jobKey: inputs.jobKey,
    containers: inputs.instances,
    parallelism: inputs.parallelism,
    resources: inputs.resources,
    package: location,
    ...pages,
  };
}
