import type { S3ReadersArgs, S3StoreArgs } from "../../cluster-args";
import type * as pulumi from "../../pulumi";

/**
 * {@link S3StoreArgs} with inputs where a program has them from other resources. What packages' addresses are made of is
 * plain, so that a preview knows them.
 */
export type S3StoreInputs = Omit<S3StoreArgs, "readers" | "kmsKey" | "logging" | "tags"> & {
  readonly readers?: { readonly [Kind in keyof S3ReadersArgs]: pulumi.Input<readonly pulumi.Input<string>[]> };
  readonly kmsKey?: pulumi.Input<string>;
  readonly logging?: { readonly bucket: pulumi.Input<string>; readonly prefix?: string };
  readonly tags?: Readonly<Record<string, pulumi.Input<string>>>;
};
