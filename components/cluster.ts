import { relative, resolve, sep } from "node:path";
import { artifactStore, type ArtifactStoreInputs } from "./artifacts";
import { checkedS3 } from "./artifacts/s3/checked";
import { type BucketPlace, placeOf } from "./artifacts/s3/address";
import { plannedUri } from "./artifacts/planned-uri";
import type { PackageUse } from "./artifacts/use/inputs";
import { type ArtifactStore, coreFolder, type PackageLocation, type PlacedPackage } from "./artifacts/store";
import { inspectCluster, requireValid } from "./config/inspect";
import { locating, problemIn } from "./config/problem";
import { UserError } from "./errors";
import type { Finding } from "./finding";
import type { ArtifactStoreArgs, HeronClusterArgs, StateTreeArgs } from "./cluster-args";
import { type Inputs, resolved, resolvedArguments } from "./inputs";
import { ConfDirectory } from "./conf-directory/resource";
import { confFileKind } from "./conf-directory/inputs";
import { openCache } from "./cache";
import { unknownKeys } from "./heron/conf/keys";
import { requireHeron } from "./heron/cli/presence";
import { confDir, submittedHeronAurora, withOwnHeronAurora } from "./plan/conf";
import { coreUri, fetchOf, isProduction } from "./plan/cluster";
import { corePackage } from "./plan/core-package";
import { unfetchable } from "./plan/fetchable";
import { type BucketAccess, isProbed, planProbe } from "./plan/probe";
import { planQuota } from "./plan/quota";
import { planStateTreeRoot } from "./plan/state-tree";
import { FetchProbe } from "./probe/resource";
import { projectRoot } from "./project";
import { AuroraQuota } from "./quota/resource";
import { StateTreeRoot } from "./state-tree-root/resource";
import * as pulumi from "./pulumi";

/** Arguments of {@link HeronCluster}: {@link HeronClusterArgs} with Pulumi inputs allowed at every place. */
export type HeronClusterInputs = Inputs<Omit<HeronClusterArgs, "artifacts" | "state" | PlainArgs>> &
  Pick<HeronClusterArgs, PlainArgs> & {
    /** Which store is plain, since it decides what resources there are; its settings may be inputs. */
    readonly artifacts: ArtifactStoreInputs;
    /** So is whether the tree is set up. */
    readonly state: StateTreeInputs;
  };

type ZooKeeperTreeArgs = NonNullable<StateTreeArgs["zookeeper"]>;

/** Where Heron keeps its state tree, with inputs; whether it is set up is plain. */
export interface StateTreeInputs extends Inputs<Pick<StateTreeArgs, "local">> {
  readonly zookeeper?: Inputs<Omit<ZooKeeperTreeArgs, "setUp">> & Pick<ZooKeeperTreeArgs, "setUp">;
}

/** Arguments that decide what resources there are, so a preview must know them. */
type PlainArgs =
  "conf" | "core" | "environment" | "fetch" | "probe" | "production" | "quota" | "scheduler" | "writeConf";

/** Options of {@link HeronCluster}: a component's, and where files are. */
export interface HeronClusterOptions extends pulumi.ComponentResourceOptions {
  /** Folder that `core.path` is relative to (default: the Pulumi project's). */
  readonly baseDirectory?: string;
  /** Leave the core package, and a bucket made for it, where they are: for topologies that are left behind. */
  readonly retainOnDelete?: boolean;
}

/**
 * One Heron-on-Aurora environment: the artifact store with the core package in it, and what every topology of the
 * environment shares. A preview uploads nothing.
 *
 * @example
 * const cluster = new HeronCluster("dev", {
 *   cluster: "west", role: "heron", environment: "devel",
 *   scheduler: { url: "https://aurora.example:8081" },
 *   state: { zookeeper: { servers: "zk1.example:2181,zk2.example:2181" } },
 *   artifacts: { directory: { path: "/mnt/heron/packages" } },
 *   core: { path: "heron-core-0.20.5.tar.gz" },
 * });
 */
export class HeronCluster extends pulumi.ComponentResource {
  /** Name of the Aurora cluster. */
  readonly cluster: pulumi.Output<string>;
  /** Where agents fetch the core package, and what it hashes to. */
  readonly core: pulumi.Output<PackageLocation>;
  /** Where in S3 packages lie, for another stack that uses the bucket; undefined where they lie elsewhere. */
  readonly artifacts: BucketPlace | undefined;
  /** The arguments, resolved: what a topology's plan is made from. */
  readonly args: pulumi.Output<HeronClusterArgs>;
  /** The Heron conf dir: SHA-256 by file. */
  readonly confDir: pulumi.Output<Readonly<Record<string, string>>>;
  /** Text of a `heron.aurora` of the user's, where the `heron` CLI submits by it. */
  readonly heronAurora: pulumi.Output<string | undefined>;
  /** Where packages lie; a topology uploads its own to it. */
  readonly store: ArtifactStore;
  /** Whether topologies are protected against removal, unless they say otherwise. */
  readonly production: boolean;
  /** The core package and its folder in the store. */
  readonly placedCore: pulumi.Output<PlacedPackage>;
  /** The resources that upload the core package; none of one that is left where it lies. */
  readonly publishedCore: readonly pulumi.Input<pulumi.Resource>[];
  /** Whether a scheduler tells which jobs run on a package; nobody knows of those that Heron's local scheduler runs. */
  readonly hasScheduler: boolean;
  /** What a topology waits for: core package where agents fetch it, one of them having shown that it can, state tree and quota. */
  readonly ready: readonly pulumi.Input<pulumi.Resource>[];

  /** @throws UserError for plain settings of S3 that cannot be, and for a `fetch` that cannot read from the store */
  constructor(name: string, args: HeronClusterInputs, options: HeronClusterOptions = {}) {
    const { baseDirectory = projectRoot(), ...componentOptions } = options;
    const artifacts = checkedStore(name, args.artifacts);
    super("heron:index:HeronCluster", name, {}, componentOptions);
    const fetch = fetchOf(args);
    const inArguments = (finding: Finding) => problemIn(name, finding);
    const refused = unfetchable(args.artifacts, fetch);
    if (refused !== undefined) throw new UserError(`${name}: fetch: ${refused}`);
    const retain = options.retainOnDelete ?? false;
    const given = resolvedArguments<HeronClusterArgs>(name, { ...args, artifacts: placesOf(args.artifacts) });
    this.args = given.apply(async (known) => {
      const valid = requireValid(name, inspectCluster(known));
      if (valid.submitter === "heron-cli") await this.heronAtHand();
      return valid;
    });
    this.heronAurora = this.args.apply((known) =>
      locating(inArguments, () => submittedHeronAurora(known, baseDirectory)),
    );
    this.production = isProduction(args);
    this.hasScheduler = args.scheduler.local === undefined;
    this.cluster = this.args.apply((known) => known.cluster);
    this.store = artifactStore(artifacts, stackOwner(), {
      name,
      parent: this,
      cluster: this.cluster,
      protect: this.production,
      retain,
    });
    this.artifacts = args.artifacts.s3 && placeOf(args.artifacts.s3);
    const file = this.args.apply(({ core }) => locating(inArguments, () => corePackage(core, baseDirectory)));
    const core = file.apply((known) => ({ folder: coreFolder, file: known }));
    this.placedCore = core;
    this.core = pulumi.all([this.args, core]).apply(
      ([
        known,
        {
          folder,
          file: { sha256, ...rest },
        },
      ]) => ({
        uri: coreUri(known, plannedUri(known.artifacts, fetch, folder, { sha256, ...rest })),
        sha256,
      }),
    );
    const ofCore = { parent: this, ...(retain && { retainOnDelete: true }) };
    this.publishedCore =
      args.core.host === false ? [] : this.store.publish(`${name}-core`, core, ofCore, this.use(args));
    this.ready = [
      ...this.publishedCore,
      ...this.probes(name, { ...args, artifacts }, this.publishedCore),
      ...this.stateTreeRoot(name, args.state),
      ...this.quota(name, args),
    ];
    this.confDir = pulumi
      .all([this.args, this.core])
      .apply(([known, core]) =>
        locating(inArguments, () => storeConf(withOwnHeronAurora(confDir(known, core), known, baseDirectory))),
      );
    if (args.writeConf !== undefined)
      this.writeConf(name, relative(projectRoot(), resolve(baseDirectory, args.writeConf)));
    for (const warning of unknownKeys(args.conf ?? {})) void pulumi.log.warn(warning, this);
    const { artifacts: place } = this;
    this.registerOutputs({ cluster: this.cluster, core: this.core, ...(place !== undefined && { artifacts: place }) });
  }

  /** Whose jobs may run on the core package. */
  private use({ scheduler }: Pick<HeronClusterArgs, "scheduler">): pulumi.Output<PackageUse> | undefined {
    if (!this.hasScheduler) return undefined;
    return this.args.apply(({ cluster, role }) => ({ cluster, role, scheduler }));
  }

  /** Before anything is uploaded; a preview, which may be made on another machine, only warns. */
  private async heronAtHand(): Promise<void> {
    try {
      await requireHeron();
    } catch (error) {
      if (!pulumi.isDryRun() || !(error instanceof UserError)) throw error;
      await pulumi.log.warn(error.message, this);
    }
  }

  private writeConf(name: string, folder: string): void {
    const directory = folder.split(sep).join("/");
    const conf = pulumi.all([this.cluster, this.confDir]).apply(([cluster, files]) => ({ directory, cluster, files }));
    new ConfDirectory(`${name}-conf`, conf, { parent: this });
  }

  private probes(name: string, args: HeronClusterInputs, published: HeronCluster["publishedCore"]): FetchProbe[] {
    if (!isProbed(args)) return [];
    const inputs = pulumi
      .all([this.args, this.core, accessTo(args.artifacts)])
      .apply(([known, core, access]) => planProbe(known, core, stackOwner(), access));
    return [new FetchProbe(`${name}-fetch-probe`, inputs, { parent: this, dependsOn: [...published] })];
  }

  private stateTreeRoot(name: string, { zookeeper }: StateTreeInputs): StateTreeRoot[] {
    if (zookeeper?.setUp !== true) return [];
    const tree = pulumi
      .all([this.cluster, resolved<ZooKeeperTreeArgs>(zookeeper)])
      .apply(([cluster, known]) => planStateTreeRoot(cluster, known));
    return [new StateTreeRoot(`${name}-state-tree`, tree, { parent: this })];
  }

  private quota(name: string, { quota }: HeronClusterInputs): AuroraQuota[] {
    if (quota === undefined) return [];
    return [
      new AuroraQuota(
        `${name}-quota`,
        this.args.apply((known) => planQuota(known, quota)),
        { parent: this },
      ),
    ];
  }
}

/** Puts the files' texts where the provider finds them. */
async function storeConf(conf: ReadonlyMap<string, string>): Promise<Readonly<Record<string, string>>> {
  const cache = openCache();
  const stored = [...conf].map(
    async ([name, text]) => [name, await cache.put(confFileKind, Buffer.from(text))] as const,
  );
  return Object.fromEntries(await Promise.all(stored));
}

/** Of an artifact store, what packages' addresses are made of: the rest may be known only once other resources are made. */
function placesOf({ directory, s3, hdfs }: ArtifactStoreInputs): Inputs<ArtifactStoreArgs> {
  if (s3 === undefined) return { ...(directory !== undefined && { directory }), ...(hdfs !== undefined && { hdfs }) };
  const { bucket, region, prefix, endpoint } = s3;
  return {
    s3: { bucket, region, ...(prefix !== undefined && { prefix }), ...(endpoint !== undefined && { endpoint }) },
  };
}

/** The store, whose settings are refused as a document's would be: at once where they are plain, else once they are known. */
function checkedStore(name: string, artifacts: ArtifactStoreInputs): ArtifactStoreInputs {
  return artifacts.s3 === undefined ? artifacts : { ...artifacts, s3: checkedS3(name, artifacts.s3) };
}

/** Of an artifact store, what decides who may read from it; known once those are made who may. */
function accessTo({ s3 }: ArtifactStoreInputs): pulumi.Output<BucketAccess | undefined> {
  if (s3 === undefined) return pulumi.output(undefined);
  const { create, readers, kmsKey } = s3;
  return pulumi.output({ create, readers, kmsKey });
}

/** `project/stack`: the mark by which a job or a package tells whose it is. */
export function stackOwner(): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}`;
}
