import * as pulumi from "../pulumi";

/**
 * What an input is, or undefined as long as a preview does not know it. Without what it depends on: the job names its packages
 * as it is, and each name more is written with every state.
 */
export async function knownValue<T>(input: pulumi.Input<T>): Promise<T | undefined> {
  if (!pulumi.Output.isInstance<T>(input)) return input as T | Promise<T>;
  // What is not known, as of what the first version of this library kept, would be waited for without end.
  if ((await (input as MaybeUnknown).isKnown) === false) return undefined;
  return new Promise((resolve) => {
    input.apply((value: unknown) => {
      resolve(value as T | undefined);
    });
  });
}

/** What the SDK's outputs have beyond their declarations. */
interface MaybeUnknown {
  readonly isKnown?: Promise<boolean>;
}
