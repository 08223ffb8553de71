import { providerText } from "../dynamic-provider";
import type { AuroraJobProperties } from "./registration";
import { jobType } from "./urn";
import * as pulumi from "../pulumi";

/**
 * One topology's Aurora job, as a dynamic resource: create submits and waits until RUNNING, update scales or rolls,
 * read sees drift, delete kills and cleans the state tree. Its id is the job key.
 */
export class AuroraJob extends pulumi.CustomResource {
  declare readonly jobKey: pulumi.Output<string>;
  /** What runs, as the engine keeps it: JSON of its inputs. */
  declare readonly job: pulumi.Output<AuroraJobProperties["job"]>;

  /** @param resourceUrn unless `jobUrn` tells it from the rest */
  constructor(
    name: string,
    kept: pulumi.Output<Pick<AuroraJobProperties, "jobKey" | "job">>,
    options: pulumi.CustomResourceOptions,
    resourceUrn?: pulumi.Input<string>,
  ) {
    super(
      jobType,
      name,
      {
        jobKey: kept.apply(({ jobKey }) => jobKey),
        job: kept.apply(({ job }) => job),
        ...(resourceUrn !== undefined && { resourceUrn }),
        change: undefined,
        __provider: providerText("auroraJob"),
      },
      options,
    );
  }
}
