import * as pulumi from "@pulumi/pulumi";
import { providerText } from "../dynamic-provider";
import type { AuroraJobInputs } from "./inputs";
import type { AuroraJobProperties } from "./registration";

const type = "pulumi-nodejs:dynamic/heron:AuroraJob";

/**
 * One topology's Aurora job, as a dynamic resource: create submits and waits until RUNNING, update scales or rolls,
 * read sees drift, delete kills and cleans the state tree. Its id is the job key.
 */
export class AuroraJob extends pulumi.CustomResource {
  declare readonly jobKey: pulumi.Output<string>;
  /** What runs, as the engine keeps it. */
  declare readonly job: pulumi.Output<AuroraJobProperties["job"]>;

  constructor(
    name: string,
    inputs: pulumi.Input<Omit<AuroraJobInputs, "resourceUrn" | "change">>,
    options: pulumi.CustomResourceOptions,
  ) {
    const split = pulumi
      .output(inputs as pulumi.Input<AuroraJobProperties["job"] & { jobKey: string }>)
      .apply(({ jobKey, ...job }) => ({ jobKey, job }));
    super(
      type,
      name,
      {
        jobKey: split.jobKey,
        job: split.job,
        resourceUrn: pulumi.createUrn(name, type, options.parent),
        change: undefined,
        __provider: providerText("auroraJob"),
      },
      options,
    );
  }
}
