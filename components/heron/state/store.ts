/** Who takes a lock. */
export interface LockMark {
  /** A UUID of the process: a lock that bears it is its own. */
  readonly id: string;
  /** What others read of who holds it. */
  readonly text: string;
}

/** A lock that is held. */
export interface HeldLock {
  /** False once its session has ended, or somebody has deleted it. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** A lock that somebody else holds. */
export interface OthersLock {
  /** What is in it. */
  readonly content: Uint8Array | undefined;
}

/**
 * Where a state tree is kept. Paths are relative to the tree's root, `directory/node`; contents are read and written
 * whole: a reader sees the old or the new, nothing between.
 */
export interface StateStore {
  /** Root and kind of the store, for messages: `ZooKeeper zk1:2181/heron`. */
  readonly description: string;
  /** Undefined when the node does not exist. */
  get(path: string): Promise<Uint8Array | undefined>;
  /** Creates or overwrites the node. */
  put(path: string, data: Uint8Array): Promise<void>;
  /** False, and nothing changed, when the node exists. */
  create(path: string, data: Uint8Array): Promise<boolean>;
  /** Deletes the node and all below it; one that is not there is fine. */
  delete(path: string): Promise<void>;
  /** Names of the nodes in a directory, sorted; empty when it does not exist. */
  list(path: string): Promise<string[]>;
  /** One attempt at a lock as Heron takes it here, which ends with its holder; left out, Heron's lock is a node, which does not. */
  tryLock?(path: string, mark: LockMark): Promise<HeldLock | OthersLock>;
  /** Makes a node that was written into the tree when everybody might change it, or nobody else, as open as the tree is now. */
  secure?(path: string): Promise<void>;
  close(): Promise<void>;
}
