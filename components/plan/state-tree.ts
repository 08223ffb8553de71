import type { StateTreeArgs } from "../cluster-args";
import { defaultZooKeeperRoot } from "../heron/conf";
import { accessTo, submittersAccess } from "../heron/state/access";
import { directories, rootPath } from "../heron/state/paths";
import type { StateTreeRootInputs } from "../state-tree-root/inputs";

type ZooKeeperArgs = NonNullable<StateTreeArgs["zookeeper"]>;

/** What a topology's job needs to know of the tree: who sets it up changes no job. */
export function whereTreeIs({ zookeeper, local }: StateTreeArgs): StateTreeArgs {
  if (zookeeper === undefined) return { ...(local !== undefined && { local }) };
  const { setUp: _setUp, removeOnDestroy: _removeOnDestroy, ...where } = zookeeper;
  return { zookeeper: where };
}

/**
 * Root and directories as Heron lays them out, with the ACLs that the document asks for.
 * @param cluster the cluster's name
 */
export function planStateTreeRoot(cluster: string, tree: ZooKeeperArgs): StateTreeRootInputs {
  const digest = tree.digest ?? false;
  const path = rootPath(tree.root ?? defaultZooKeeperRoot);
  return {
    cluster,
    servers: tree.servers,
    path,
    ...(path !== "/" && { access: submittersAccess(digest) }),
    directories: Object.fromEntries(directories.map((directory) => [directory, accessTo(directory, digest)])),
    ...(tree.removeOnDestroy === true && { removeOnDestroy: true }),
  };
}
