import { providerText } from "../dynamic-provider";
import type { ConfDirectoryInputs } from "./inputs";
import * as pulumi from "../pulumi";

/**
 * The cluster's Heron conf dir in a folder of the user's choosing, for `heron --config-path`. A dynamic resource: what others
 * change in it shows as drift; only what it wrote is removed.
 */
export class ConfDirectory extends pulumi.CustomResource {
  constructor(name: string, conf: pulumi.Input<ConfDirectoryInputs>, options: pulumi.CustomResourceOptions) {
    super(
      "pulumi-nodejs:dynamic/heron:ConfDirectory",
      name,
      { conf, __provider: providerText("confDirectory") },
      options,
    );
  }
}
