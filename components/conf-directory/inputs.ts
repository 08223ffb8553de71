/** Inputs of a {@link ConfDirectory}; machine-independent. */
export interface ConfDirectoryInputs {
  /** Relative to the Pulumi project's folder. */
  readonly directory: string;
  /** The cluster's name, which `heron` looks for in `--config-path`. */
  readonly cluster: string;
  /** SHA-256 of each file by its name; their texts are in the checkout's cache. */
  readonly files: Readonly<Record<string, string>>;
  /** What will be written, in words for the preview; filled in by `check`. */
  readonly change?: string;
}

/** {@link ConfDirectoryInputs} as the engine keeps them. */
export interface ConfDirectoryProperties {
  readonly conf: ConfDirectoryInputs;
  /** The text by which the engine finds the provider; kept as it came. */
  readonly __provider?: string;
}

/** Kind of the files' texts in the checkout's cache. */
export const confFileKind = "conf";
