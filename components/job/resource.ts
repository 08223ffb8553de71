import * as pulumi from "@pulumi/pulumi";
import { providerText } from "../dynamic-provider";
import type { AuroraJobInputs } from "./inputs";

const properties = [
  "jobKey",
  "scheduler",
  "stateTree",
  "topologyId",
  "instances",
  "resources",
  "packing",
  "parallelism",
  "corePackage",
  "topologyPackage",
  "state",
  "restart",
  "taskHash",
  "treeHash",
  "payload",
  "update",
  "timeouts",
  "owner",
  "adopt",
] as const satisfies readonly (keyof AuroraJobInputs)[];

const type = "pulumi-nodejs:dynamic/heron:AuroraJob";

/**
 * One topology's Aurora job, as a dynamic resource: create submits and waits until RUNNING, update scales or rolls,
 * read sees drift, delete kills and cleans the state tree. Its id is the job key.
 */
export class AuroraJob extends pulumi.CustomResource {
  declare readonly jobKey: pulumi.Output<string>;
  declare readonly topologyId: pulumi.Output<string>;
  declare readonly instances: pulumi.Output<number>;
  declare readonly resources: pulumi.Output<AuroraJobInputs["resources"]>;
  declare readonly topologyPackage: pulumi.Output<AuroraJobInputs["topologyPackage"]>;

  constructor(
    name: string,
    inputs: pulumi.Input<Omit<AuroraJobInputs, "resourceUrn" | "change">>,
    options: pulumi.CustomResourceOptions,
  ) {
    const resolved = pulumi.output(inputs);
    const property = (key: keyof AuroraJobInputs): pulumi.Output<unknown> =>
      resolved.apply((values) => (values as Partial<AuroraJobInputs>)[key]);
    super(
      type,
      name,
      {
        ...Object.fromEntries(properties.map((key) => [key, property(key)])),
        resourceUrn: pulumi.createUrn(name, type, options.parent),
        change: undefined,
        __provider: providerText("auroraJob"),
      },
      options,
    );
  }
}
