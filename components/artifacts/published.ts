import { UserError } from "../errors";
import { type JsonText, ofJsonText } from "../json-text";
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
 * resource of its own the engine sees to that; one in a folder has the same resource whatever it holds.
 * @returns when all of them are in their stores; of a preview at once, which ends in the same error all the same
 * @throws UserError that names the resource which has to be a target too
 */
export async function requirePublished(packages: readonly PlannedPackage[]): Promise<void> {
  for (const { sha256, resources } of packages) {
    for (const resource of resources) {
      if (!(resource instanceof PackageFile)) continue;
      // What a preview does not know, as of what the first version kept, would be waited for without end.
      if (pulumi.isDryRun()) pulumi.all([resource.file, resource.urn]).apply((known) => refuseOther(sha256, ...known));
      else refuseOther(sha256, ...(await Promise.all([valueOf(resource.file), valueOf(resource.urn)])));
    }
  }
}

function refuseOther(sha256: string, file?: JsonText<KeptFile>, urn?: string): void {
  if (file === undefined || ofJsonText(file).sha256 === sha256) return;
  throw new UserError(
    `The package ${sha256.slice(0, 12)}… is not in its store, and the targets of this run leave it out. No job was touched ` +
      `that would fetch it. Add --target '${urn}'.`,
  );
}

/** Without what the output depends on: the job names its packages as it is, and each name more is written with every state. */
function valueOf<T extends string>(output: pulumi.Output<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    output.apply((value: T | undefined) => {
      resolve(value);
    });
  });
}
