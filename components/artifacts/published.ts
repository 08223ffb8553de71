import { ofJsonText } from "../json-text";
import type { KeptFile } from "./kept-file";
import { PackageFile } from "./package-file";
import type * as pulumi from "../pulumi";

/** A package that is planned, and the resources that a store makes of it. */
export interface PlannedPackage {
  readonly sha256: string;
  readonly resources: readonly pulumi.Input<pulumi.Resource>[];
}

/**
 * Of a run whose targets leave a planned package out: the URN of the resource that has to be a target too, since what fetches
 * the package would not find it. Of a package that is a resource of its own the engine sees to that; one in a folder has the
 * same resource whatever it holds.
 * @returns when all of them are in their stores, or as soon as a preview knows that they will be
 */
export async function leftOutPackage(packages: readonly PlannedPackage[]): Promise<string | undefined> {
  for (const { sha256, resources } of packages) {
    for (const resource of resources) {
      if (!(resource instanceof PackageFile)) continue;
      const file = await valueOf(resource.file);
      if (file !== undefined && ofJsonText<KeptFile>(file).sha256 !== sha256) return valueOf(resource.urn);
    }
  }
  return undefined;
}

/** Without what the output depends on: the job names its packages as it is, and each name more is written with every state. */
async function valueOf<T extends string>(output: pulumi.Output<T>): Promise<T | undefined> {
  // What a preview does not know, as of what the first version of this library kept, would be waited for without end.
  if ((await (output as MaybeUnknown).isKnown) === false) return undefined;
  return new Promise((resolve) => {
    output.apply((value: T | undefined) => {
      resolve(value);
    });
  });
}

/** What the SDK's outputs have beyond their declarations. */
interface MaybeUnknown {
  readonly isKnown?: Promise<boolean>;
}
