import { providerText } from "../dynamic-provider";
import { type QuotaInputs, quotaType } from "./inputs";
import * as pulumi from "../pulumi";

/**
 * What a role may use of the tier that is not preempted. A dynamic resource: what others set shows as drift and is set
 * back; only an administrator of the scheduler may make or change it.
 */
export class AuroraQuota extends pulumi.CustomResource {
  constructor(name: string, quota: pulumi.Input<QuotaInputs>, options: pulumi.CustomResourceOptions) {
    super(quotaType, name, { quota, __provider: providerText("auroraQuota") }, options);
  }
}
