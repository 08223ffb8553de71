import type { Account } from "./account";
import type { Properties } from "./values";

/** What the engine says about a resource whose inputs are completed. */
export interface CheckContext {
  /** The resource's name in the program. */
  readonly name: string;
  /** The inputs that are in state; empty for a new resource. */
  readonly olds: Properties;
  /** Random, but the same in preview and update. */
  readonly seed: Uint8Array;
}

/** A resource type: what the real provider does for it, against the S3 server and the held state. */
export interface Resource {
  /** Inputs that this stand-in heeds; others that @pulumi/aws knows are refused, since it would only ignore them. */
  readonly handled: readonly string[];
  /** Inputs whose change replaces the resource. */
  readonly replacing: readonly string[];
  /** Outputs that are only known once the resource is there. */
  readonly computed: readonly string[];
  /** Outputs that an update makes anew. */
  readonly recomputed?: readonly string[];
  /** Fills in names and defaults. */
  complete?(inputs: Properties, context: CheckContext): Properties;
  create(account: Account, inputs: Properties): Promise<Made>;
  /** What is there now; undefined where it is gone. `inputs` are empty for an import. */
  read(account: Account, id: string, inputs: Properties, outputs: Properties): Promise<Found | undefined>;
  /** @returns the new outputs beside the inputs */
  update(account: Account, id: string, inputs: Properties, olds: Properties): Promise<Properties>;
  delete(account: Account, id: string, outputs: Properties): Promise<void>;
}

export interface Made {
  readonly id: string;
  /** Outputs beside the inputs. */
  readonly outputs: Properties;
}

export interface Found {
  /** Inputs that would make what is there. */
  readonly inputs: Properties;
  readonly outputs: Properties;
}
