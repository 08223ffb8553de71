import * as pulumi from "@pulumi/pulumi";
import { providerText } from "../dynamic-provider";
import type { AuroraJobInputs } from "./inputs";

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
    inputs: pulumi.Input<Omit<AuroraJobInputs, "urn" | "change">>,
    options: pulumi.CustomResourceOptions,
  ) {
    const resolved = pulumi.output(inputs);
    const keys = [
      "jobKey", "scheduler", "stateTree", "topologyId", "instances", "resources", "packing", "parallelism",
      "corePackage", "topologyPackage", "state", "restart", "taskHash", "treeHash", "payload", "update", "timeouts",
      "owner", "adopt",
    ] as const; // prettier-ignore
    const properties = Object.fromEntries(
      keys.map((key) => [key, resolved.apply((values) => values[key])]),
    ) as pulumi.Inputs;
    super(
      type,
      name,
      {
        ...properties,
        urn: pulumi.createUrn(name, type, options.parent),
        change: undefined,
        __provider: providerText("auroraJob"),
      },
      options,
    );
  }
}
