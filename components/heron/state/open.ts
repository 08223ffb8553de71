import type { StateTreeArgs } from "../../cluster-args";
import { UserError } from "../../errors";
import type { SessionOptions } from "../../zookeeper/session";
import { openLocalStore } from "./local";
import { StateTree } from "./state-tree";
import type { StateStore } from "./store";

/** ZooKeeper's digest credentials, from `heron:credentials`. */
export interface ZooKeeperCredentials {
  readonly username: string;
  readonly password: string;
}

const defaultRoot = "/heron";

/**
 * Opens the state tree of a cluster. Its directories are made, where they lack, with what is written first.
 *
 * @param credentials given, the session authenticates with them, whether or not it protects what it writes
 * @throws UserError when the arguments contradict themselves or the store cannot be reached
 */
export async function openStateTree(args: StateTreeArgs, credentials?: ZooKeeperCredentials): Promise<StateTree> {
  return new StateTree(await openStore(args, credentials));
}

async function openStore(
  { zookeeper, local }: StateTreeArgs,
  credentials: ZooKeeperCredentials | undefined,
): Promise<StateStore> {
  if ((zookeeper === undefined) === (local === undefined)) {
    throw new UserError(
      "The state tree is kept either in ZooKeeper or in a folder: give exactly one of state.zookeeper and state.local.",
    );
  }
  if (zookeeper === undefined) return openLocalStore(local?.root ?? "");
  const digest = zookeeper.digest ?? false;
  const session = sessionOptions(digest, credentials);
  // Loaded only where it is used: a provider's start should not wait for a client that it does not need.
  const { openZooKeeperStore } = await import("./zookeeper.js");
  return openZooKeeperStore({ servers: zookeeper.servers, root: zookeeper.root ?? defaultRoot, digest, session });
}

/**
 * How a session of the state tree authenticates.
 * @throws UserError when the tree is to be protected (`digest`) and there are no credentials
 */
export function sessionOptions(digest: boolean, credentials: ZooKeeperCredentials | undefined): SessionOptions {
  if (digest && credentials === undefined) {
    throw new UserError(
      "state.zookeeper.digest protects the state tree with a user and password, but none are given: set them in " +
        "'heron:credentials' of the stack's configuration, under the cluster's name, as zookeeper.",
    );
  }
  return credentials ? { auth: { scheme: "digest", auth: `${credentials.username}:${credentials.password}` } } : {};
}
