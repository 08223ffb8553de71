import { DocumentError, problemIn } from "./config/problem";
import type { Path } from "./finding";
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

/**
 * The arguments of the resource `name`, with all its inputs known at once. What a program marks as a secret would be told in
 * plain: in packages, in the state tree, on the scheduler's pages.
 * @throws DocumentError, once they are asked for, that names the place of each secret; also of one that a preview does not know yet
 */
export function resolvedArguments<T>(name: string, value: DeepInput<T>): pulumi.Output<T> {
  const inputs = inputsIn(value, []);
  if (inputs.length === 0) return resolved<T>(value);
  return pulumi.output(secretPlaces(inputs)).apply((places) => {
    if (places.length > 0)
      throw new DocumentError(places.map((path) => problemIn(name, { path, message: secretAdvice })));
    return resolved<T>(value);
  });
}

type PlacedInput = readonly [path: Path, input: pulumi.Output<unknown>];

function inputsIn(value: unknown, path: Path): readonly PlacedInput[] {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return [[path, pulumi.output(value)]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    inputsIn(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

const secretAdvice =
  "is a secret of Pulumi's, and could be read in packages, state tree and Aurora jobs: take it out, and let the topology read it " +
  "on the agents, from a file or a secret store; what is none and was only made from one is passed as 'pulumi.unsecret(…)'";

async function secretPlaces(inputs: readonly PlacedInput[]): Promise<readonly Path[]> {
  const areSecret = await Promise.all(inputs.map(([, input]) => pulumi.isSecret(input)));
  return inputs.flatMap(([path], index) => (areSecret[index] ? [path] : []));
}
