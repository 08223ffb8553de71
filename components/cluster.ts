import * as pulumi from "@pulumi/pulumi";
import { artifactStore, type ArtifactStoreInputs } from "./artifacts";
import { type ArtifactStore, coreFolder, type PackageLocation } from "./artifacts/store";
import type { HeronClusterArgs } from "./cluster-args";
import { type Inputs, resolved } from "./inputs";
import { corePackage } from "./plan/core-package";
import { projectRoot } from "./project";

/** Arguments of {@link HeronCluster}: {@link HeronClusterArgs} with Pulumi inputs allowed at every place. */
export type HeronClusterInputs = Inputs<Omit<HeronClusterArgs, "artifacts">> & {
  /** Which store is plain, since it decides what resources there are; its settings may be inputs. */
  readonly artifacts: ArtifactStoreInputs;
};

export interface HeronClusterOptions extends pulumi.ComponentResourceOptions {
  /** Folder that `core.path` is relative to (default: the Pulumi project's). */
  readonly baseDirectory?: string;
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
  /** The arguments, resolved: what a topology's plan is made from. */
  readonly args: pulumi.Output<HeronClusterArgs>;
  readonly store: ArtifactStore;
  /** What a topology waits for: the core package is where agents fetch it. */
  readonly corePublished: pulumi.Resource;

  /** @throws UserError when the core package is missing or hashes to something else than the arguments say */
  constructor(name: string, args: HeronClusterInputs, options: HeronClusterOptions = {}) {
    const { baseDirectory = projectRoot(), ...componentOptions } = options;
    super("heron:index:HeronCluster", name, {}, componentOptions);
    this.args = resolved<HeronClusterArgs>(args);
    this.cluster = this.args.apply((known) => known.cluster);
    this.store = artifactStore(args.artifacts, stackOwner());
    const file = resolved(args.core).apply((core) => corePackage(core, baseDirectory));
    this.core = pulumi.all([this.store.uri(coreFolder, file), file]).apply(([uri, { sha256 }]) => ({ uri, sha256 }));
    this.corePublished = this.store.publish(`${name}-core`, coreFolder, file, { parent: this });
    this.registerOutputs({ cluster: this.cluster, core: this.core });
  }
}

/** `project/stack`: the mark by which a job or a package tells whose it is. */
export function stackOwner(): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}`;
}
