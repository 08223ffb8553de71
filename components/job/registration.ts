import type { AuroraJobOutputs } from "./inputs";

/** What the engine asks for beside the job itself. */
type Asides = Pick<AuroraJobOutputs, "resourceUrn"> & { readonly change?: string };

/**
 * {@link AuroraJobOutputs} as the engine keeps them. Nearly all of it is in one property: the SDK makes four promises for
 * every property of a resource and takes a stack trace for each, which for a hundred jobs is seconds.
 */
export interface AuroraJobProperties extends Asides {
  readonly jobKey: string;
  readonly job: Omit<AuroraJobOutputs, "jobKey" | keyof Asides>;
  /** The text by which the engine finds the provider; kept as it came. */
  readonly __provider?: string;
}

/** What the engine has kept, of whichever version of this library. */
export type OldProperties = Partial<AuroraJobProperties>;

/** The job's inputs, from what the engine keeps. The first version kept them one by one. */
export function inputsOf({ __provider, job, ...properties }: AuroraJobProperties): AuroraJobOutputs {
  return { ...properties, ...job };
}

/** `inputs` in the shape of `like`, which keeps all that is not an input. */
export function propertiesOf(inputs: AuroraJobOutputs, like: AuroraJobProperties): AuroraJobProperties {
  const { jobKey, resourceUrn, change, ...job } = inputs;
  return { ...like, jobKey, job, resourceUrn, ...(change !== undefined && { change }) };
}
