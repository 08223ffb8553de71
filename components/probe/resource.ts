import { providerText } from "../dynamic-provider";
import type { FetchProbeInputs } from "./inputs";
import * as pulumi from "../pulumi";

/**
 * Shows on a real agent that agents can fetch the core package, before the first topology is submitted and whenever
 * package, command or store change (Heron's guide: "run tests to ensure that Aurora can successfully fetch them").
 */
export class FetchProbe extends pulumi.CustomResource {
  constructor(name: string, probe: pulumi.Input<FetchProbeInputs>, options: pulumi.CustomResourceOptions) {
    super("pulumi-nodejs:dynamic/heron:FetchProbe", name, { probe, __provider: providerText("fetchProbe") }, options);
  }
}
