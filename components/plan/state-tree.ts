import type { HeronClusterArgs, StateTreeArgs } from "../cluster-args";
import { defaultZooKeeperRoot } from "../heron/conf";
import { accessTo, submittersAccess } from "../heron/state/access";
import { directories, nodePath, rootPath } from "../heron/state/paths";
import { refuseLargeNode } from "../zookeeper/node-size";
import type { StateTreeRootInputs } from "../state-tree-root/inputs";

type ZooKeeperArgs = NonNullable<StateTreeArgs["zookeeper"]>;

/** What a topology's job needs to know of the tree: who sets it up changes no job. */
export function whereTreeIs({ zookeeper, local }: StateTreeArgs): StateTreeArgs {
  if (zookeeper === undefined) return { ...(local !== undefined && { local }) };
  const { setUp: _setUp, removeOnDestroy: _removeOnDestroy, ...where } = zookeeper;
  return { zookeeper: where };
}

/**
 * Looks, before anything is uploaded, whether ZooKeeper takes a topology's nodes; `heron` writes them itself.
 * @throws UserError
 */
export function refuseLargeNodes(
  { state: { zookeeper }, submitter }: Pick<HeronClusterArgs, "state" | "submitter">,
  name: string,
  { topology, packingPlan }: { readonly topology: Uint8Array; readonly packingPlan: Uint8Array },
): void {
  if (zookeeper === undefined || submitter === "heron-cli") return;
  const root = rootPath(zookeeper.root ?? defaultZooKeeperRoot).replace(/^\/$/, "");
  refuseLargeNode(`${root}/${nodePath("topologies", name)}`, topology.length);
  refuseLargeNode(`${root}/${nodePath("packingplans", name)}`, packingPlan.length);
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
