/** Inputs of a {@link StateTreeRoot}; machine-independent and without credentials. */
export interface StateTreeRootInputs {
  /** Name of the Aurora cluster, under which `heron:credentials` has ZooKeeper's. */
  readonly cluster: string;
  /** `host:port,host:port`, with an optional chroot. */
  readonly servers: string;
  /** The tree's root path: `/heron`. */
  readonly path: string;
  /**
   * Who may do what with the root: `world` or `creator`; as found, anything else in words. Absent where the root is that
   * of ZooKeeper or of the chroot, which is not ours alone.
   */
  readonly access?: string;
  /** Who may do what with each directory, by its name, likewise. */
  readonly directories: Readonly<Record<string, string>>;
  /** Whether the directories are removed with the resource, when they are empty. */
  readonly removeOnDestroy?: boolean;
}

/** {@link StateTreeRootInputs} as the engine keeps them. */
export interface StateTreeRootProperties {
  readonly tree: StateTreeRootInputs;
  /** The text by which the engine finds the provider; kept as it came. */
  readonly __provider?: string;
}
