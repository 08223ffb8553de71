import { plannedUri } from "./artifacts/planned-uri";
import { leftOutPackage } from "./artifacts/published";
import { type PackageLocation, topologyFolder } from "./artifacts/store";
import type { PackageUse } from "./artifacts/use/inputs";
import { type HeronCluster, stackOwner } from "./cluster";
import { type Inputs, resolvedArguments } from "./inputs";
import { inspectTopology, requireValid } from "./config/inspect";
import { locating, problemIn } from "./config/problem";
import type { AuroraJobInputs } from "./job/inputs";
import { keptJob, withLeftOut } from "./job/registration";
import { AuroraJob } from "./job/resource";
import { jobType, topologyType } from "./job/urn";
import { fetchOf } from "./plan/cluster";
import { planJob, type TopologyPlan } from "./plan/job";
import { topologyPages, type TopologyPages } from "./job/pages";
import { prepareTopology } from "./plan/prepare";
import { projectRoot } from "./project";
import type { HeronTopologyArgs } from "./topology-args";
import * as pulumi from "./pulumi";

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
  /** `cluster/role/environment/name`. */
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
  /** The Aurora job. */
  readonly job: AuroraJob;
  /** Heron's id of the topology: its name and a UUID that follows from the job key. */
  readonly topologyId: pulumi.Output<string>;
  /** What runs, in short, and where to look at it. */
  readonly summary: pulumi.Output<TopologySummary>;

  /** @throws UserError for what cannot work, before anything is uploaded or submitted */
  constructor(name: string, args: HeronTopologyInputs, options: HeronTopologyOptions = {}) {
    const { baseDirectory = projectRoot(), ...componentOptions } = options;
    super(topologyType, name, {}, componentOptions);
    const { cluster, ...own } = args;
    this.name = args.name ?? name;
    const topology = resolvedArguments<HeronTopologyArgs>(name, { ...own, name: this.name });
    // One output of plain data: the SDK makes several promises for each, with a stack trace, and takes every value apart.
    const planned = pulumi
      .all([cluster.args, cluster.core, cluster.heronAurora, topology])
      .apply(([clusterArgs, core, heronAurora, known]) =>
        locating(
          (finding) => problemIn(name, finding),
          async () => {
            const prepared = await prepareTopology({
              cluster: clusterArgs,
              core,
              topology: requireValid(name, inspectTopology(known, clusterArgs.role)),
              baseDirectory,
              ...(heronAurora !== undefined && { heronAurora }),
            });
            const { job, file } = prepared;
            const folder = topologyFolder(job);
            const uri = plannedUri(clusterArgs.artifacts, fetchOf(clusterArgs), folder, file);
            const { inputs } = await planJob(prepared, uri, stackOwner());
            const summary = summaryOf(inputs, { uri, sha256: file.sha256 }, topologyPages(clusterArgs, job));
            const { cluster, role, scheduler } = clusterArgs;
            const use: PackageUse = { cluster, role, job: inputs.jobKey, scheduler };
            const { topologyId } = inputs;
            return { folder, file, use, job: keptJob(inputs), topologyId, summary };
          },
        ),
      );
    const retainOnDelete = args.retainOnDelete ?? false;
    const published = cluster.store.publish(
      `${name}-package`,
      planned,
      { parent: this, ...(retainOnDelete && { retainOnDelete }) },
      cluster.hasScheduler ? planned.apply(({ use }) => use) : undefined,
    );
    const isUsual = componentOptions.parent === undefined && this.name === name;
    this.job = new AuroraJob(
      name,
      planned.apply(async ({ job, folder, file }) => {
        const leftOut = await leftOutPackage(cluster.store, [
          { placed: cluster.placedCore, resources: cluster.publishedCore },
          { placed: { folder, file }, resources: published },
        ]);
        return leftOut === undefined ? job : withLeftOut(job, leftOut);
      }),
      {
        parent: this,
        dependsOn: [...published, ...cluster.ready],
        protect: args.protect ?? cluster.production,
        retainOnDelete,
      },
      isUsual ? undefined : pulumi.createUrn(name, jobType, this),
    );
    this.topologyId = planned.apply((plan) => plan.topologyId);
    this.summary = planned.apply((plan) => plan.summary);
    // Nothing: outputs would be one more writing of the whole state for every topology.
    this.registerOutputs();
  }
}

function summaryOf(inputs: TopologyPlan["inputs"], location: PackageLocation, pages: TopologyPages): TopologySummary {
  return {
    jobKey: inputs.jobKey,
    containers: inputs.instances,
    parallelism: inputs.parallelism,
    resources: inputs.resources,
    package: location,
    ...pages,
  };
}
