import { UserError } from "../errors";
import { ofJsonText } from "../json-text";
import type { KeptFile } from "./kept-file";
import { PackageFile } from "./package-file";
import * as pulumi from "../pulumi";

/** A package that is planned, and the resources that a store makes of it. */
export interface PlannedPackage {
  readonly sha256: string;
  readonly resources: readonly pulumi.Input<pulumi.Resource>[];
}

/**
 * Ends a run that leaves a planned package out, as `--target` does: what fetches it would not find it. Of a package that is a
 * resource of its own the engine sees to that; one in a folder has the same resource whatever it holds. A preview does not
 * tell: there, what the first version of this library kept is not known, and would be waited for without end.
 * @returns when all of them are in their stores
 * @throws UserError that names the resource which has to be a target too
 */
export async function requirePublished(packages: readonly PlannedPackage[]): Promise<void> {
  if (pulumi.isDryRun()) return;
  for (const { sha256, resources } of packages) {
    for (const resource of resources) {
      if (!(resource instanceof PackageFile)) continue;
      const [file, urn] = await Promise.all([valueOf(resource.file), valueOf(resource.urn)]);
      if (file === undefined || ofJsonText<KeptFile>(file).sha256 === sha256) continue;
      throw new UserError(
        `The package ${sha256.slice(0, 12)}… is not in its store, and the targets of this run leave it out. No job was touched ` +
          `that would fetch it. Add --target '${urn}'.`,
      );
    }
  }
}

/** Without what the output depends on: the job names its packages as it is, and each name more is written with every state. */
function valueOf<T extends string>(output: pulumi.Output<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    output.apply((value: T | undefined) => {
      resolve(value);
    });
  });
}
