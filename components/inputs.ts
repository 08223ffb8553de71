import * as pulumi from "@pulumi/pulumi";

/** `T` with a Pulumi input allowed at every place. */
export type DeepInput<T> = pulumi.Input<
  T extends readonly (infer Member)[]
    ? readonly DeepInput<Member>[]
    : T extends object
      ? { readonly [Key in keyof T]: DeepInput<T[Key]> }
      : T
>;

/** The same value with all its inputs known at once. */
export function resolved<T>(value: DeepInput<T>): pulumi.Output<T> {
  return pulumi.output(value) as unknown as pulumi.Output<T>;
}
