import type { JobKey } from "../aurora/job-key";
import type { PackageUse } from "./use/inputs";
import type * as pulumi from "../pulumi";

/** A package file on the machine that runs Pulumi, by what identifies it; the checkout's cache knows where it lies. */
export interface LocalPackage {
  /** What `<name>-<sha256>.tar.gz` begins with in a store. */
  readonly name: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** A package with its folder in the store. */
export interface PlacedPackage {
  readonly folder: string;
  readonly file: LocalPackage;
}

/** A package as agents see it. */
export interface PackageLocation {
  /** What the fetch command is given. */
  readonly uri: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/**
 * Where packages lie for agents to fetch. A store is content-addressed: the same package is at the same place for ever,
 * is uploaded once, and stays while anything that may still fetch it lives. Where that is, `plannedUri` tells.
 */
export interface ArtifactStore {
  /**
   * Registers the resources that upload a package; what depends on them starts after the upload is verified.
   * @param use of a package that jobs may run on of which no state knows: it is not deleted as long as they do
   */
  publish(
    name: string,
    what: pulumi.Output<PlacedPackage>,
    options: pulumi.CustomResourceOptions,
    use?: pulumi.Output<PackageUse>,
  ): pulumi.Input<pulumi.Resource>[];
  /** Whether the resource, one that `publish` made, is of the package at its place; true also where that is not known yet. */
  holds(resource: pulumi.Resource, placed: PlacedPackage): Promise<boolean>;
}

/** `<name>-<sha256>.tar.gz`: a file's place inside its folder. */
export function fileName(file: Pick<LocalPackage, "name" | "sha256">): string {
  return `${file.name}-${file.sha256}.tar.gz`;
}

/**
 * Which package lies at a URI, in short: the first twelve digits of the sha256 in its name; the URI itself where its name
 * says none.
 */
export function packageMark(uri: string): string {
  return /-([0-9a-f]{12})[0-9a-f]{52}\.tar\.gz$/.exec(uri)?.[1] ?? uri;
}

/** Folder of core packages in a store. */
export const coreFolder = "core";

const topologiesFolder = "topologies";

/** Folder of one topology's packages in a store: no other job's packages are there. */
export function topologyFolder(job: JobKey): string {
  return `${topologiesFolder}/${job.cluster}/${job.role}/${job.environment}/${job.name}`;
}

/** The job whose packages lie in such a folder of {@link topologyFolder}; undefined for another. */
export function jobOfFolder(folder: string): JobKey | undefined {
  const [top, cluster, role, environment, name] = folder.split("/");
  if (top !== topologiesFolder || !cluster || !role || !environment || !name) return undefined;
  return { cluster, role, environment, name };
}
