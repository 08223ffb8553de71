import { providerText } from "../dynamic-provider";
import type { StateTreeRootInputs } from "./inputs";
import * as pulumi from "../pulumi";

/**
 * Root path and directories of Heron's state tree in ZooKeeper, with their ACLs. A dynamic resource: what others remove or
 * open shows as drift and is repaired; it is removed only where asked, and only when no topology is in it.
 */
export class StateTreeRoot extends pulumi.CustomResource {
  constructor(name: string, tree: pulumi.Input<StateTreeRootInputs>, options: pulumi.CustomResourceOptions) {
    super(
      "pulumi-nodejs:dynamic/heron:StateTreeRoot",
      name,
      { tree, __provider: providerText("stateTreeRoot") },
      options,
    );
  }
}
