/** What a topology's main is run with. */
export interface EmissionRequest {
  /** Absolute path of the user's file: `.jar`, `.tar`, `.tar.gz`, `.pex`, `.so` or `.dylib`. */
  readonly package: string;
  /**
   * Main class (jar, tar); `module.Class` of a heronpy topology, or `-` to run the pex itself; the program that emits
   * (so, dylib), a path relative to the package's folder.
   */
  readonly class?: string;
  readonly args: readonly string[];
  readonly jvmProperties: Readonly<Record<string, string>>;
  /** Absolute paths of jars that the main needs and its package does not hold, such as heron-api's. */
  readonly libraries?: readonly string[];
  readonly cluster: string;
  readonly role: string;
  readonly environment: string;
  readonly submitUser: string;
  /** What the emitted topology must call itself. */
  readonly topologyName: string;
  /** Default RUNNING. */
  readonly initialState?: "RUNNING" | "PAUSED";
  readonly timeoutMs: number;
}
