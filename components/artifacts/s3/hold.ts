import { providerText } from "../../dynamic-provider";
import type { PackageUse } from "../use/inputs";
import * as pulumi from "../../pulumi";

/** What the engine keeps of a hold; the same on every machine. */
export interface PackageHoldInputs {
  readonly bucket: string;
  /** Key of the object. */
  readonly key: string;
  /** Name of the object's resource. */
  readonly object: string;
  readonly use: PackageUse;
}

/** {@link PackageHoldInputs} as the engine keeps them. */
export interface PackageHoldProperties {
  readonly hold: PackageHoldInputs;
  /** The text by which the engine finds the provider; kept as it came. */
  readonly __provider?: string;
}

/**
 * Stands before the deletion of a package in S3, whose object is the AWS provider's and would ask nobody: the engine
 * deletes this first, which fails as long as jobs run on the package. A dynamic resource.
 */
export class PackageHold extends pulumi.CustomResource {
  declare readonly hold: pulumi.Output<PackageHoldInputs>;

  constructor(
    name: string,
    hold: PackageHoldInputs,
    object: pulumi.CustomResource,
    options: pulumi.CustomResourceOptions,
  ) {
    super(
      "pulumi-nodejs:dynamic/heron:PackageHold",
      name,
      { hold, made: object.id.apply((id) => ({ id })), __provider: providerText("packageHold") },
      { ...options, dependsOn: object, replaceWith: [object] },
    );
  }
}

/** The name of the hold on an object. */
export function holdName(object: string): string {
  return `${object}-hold`;
}
