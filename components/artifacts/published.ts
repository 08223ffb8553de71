import { knownValue } from "./known-value";
import type { ArtifactStore, PlacedPackage } from "./store";
import type * as pulumi from "../pulumi";

/** A package that is planned, and the resources that a store makes of it. */
export interface PlannedPackage {
  readonly placed: pulumi.Input<PlacedPackage>;
  readonly resources: readonly pulumi.Input<pulumi.Resource>[];
}

/**
 * Of a run whose targets leave a planned package out: the URN of the resource that has to be a target too, since what fetches
 * the package would not find it. The engine itself sees to what is to be created; a resource that is to be changed, or replaced,
 * it gives as it was.
 * @returns when all of them are in their store, or as soon as a preview knows that they will be
 */
export async function leftOutPackage(
  store: ArtifactStore,
  packages: readonly PlannedPackage[],
): Promise<string | undefined> {
  for (const { placed, resources } of packages) {
    const wanted = await knownValue(placed);
    for (const each of resources) {
      const resource = await knownValue(each);
      const isLeftOut = wanted && resource && !(await store.holds(resource, wanted));
      if (isLeftOut) return knownValue(resource.urn);
    }
  }
  return undefined;
}
