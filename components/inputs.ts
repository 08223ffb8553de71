import * as pulumi from "./pulumi";

/** `T` with a Pulumi input allowed at every place below it. */
export type DeepInput<T> =
  | pulumi.Input<T>
  | (T extends readonly (infer Member)[]
      ? readonly DeepInput<Member>[]
      : T extends object
        ? { readonly [Key in keyof T]: DeepInput<T[Key]> | Optional<T, Key> }
        : never);

/** `undefined` where `Key` may be left out: passing it on then says the same. */
type Optional<T, Key extends keyof T> = object extends Pick<T, Key> ? undefined : never;

/** Arguments of a resource: an object whose members may be inputs. */
export type Inputs<T> = { readonly [Key in keyof T]: DeepInput<T[Key]> };

/** The same value with all its inputs known at once. */
export function resolved<T>(value: DeepInput<T>): pulumi.Output<T> {
  return pulumi.output(value) as unknown as pulumi.Output<T>;
}
