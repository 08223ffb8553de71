import { UserError } from "../errors";
import { NotEmptyError } from "../zookeeper/errors";
import type { Access, ZooKeeperSession } from "../zookeeper/session";
import type { StateTreeRootInputs } from "./inputs";

/**
 * Makes what lacks of root and directories (and of the chroot), and gives them the ACLs they should have.
 * @throws UserError when an ACL of others forbids it
 */
export async function setUp(session: ZooKeeperSession, tree: StateTreeRootInputs): Promise<void> {
  await make(session, tree.path, tree.access);
  for (const [directory, access] of Object.entries(tree.directories)) {
    await make(session, pathOf(tree, directory), access);
  }
}

/**
 * `tree` as it is; undefined when there is no root. A directory that lacks is left out.
 * @param directories those to look at: `tree` may be what was found when one lacked
 */
export async function observe(
  session: ZooKeeperSession,
  tree: StateTreeRootInputs,
  directories: readonly string[],
): Promise<StateTreeRootInputs | undefined> {
  const access = await session.access(tree.path);
  if (access === undefined) return undefined;
  const found: Record<string, string> = {};
  for (const directory of directories) {
    const its = await session.access(pathOf(tree, directory));
    if (its !== undefined) found[directory] = its;
  }
  return { ...tree, ...(tree.access !== undefined && { access }), directories: found };
}

/**
 * Removes the directories, and the root when nobody else has something in it. The chroot stays.
 * @throws UserError when a directory is not empty, naming whose nodes are in it; nothing is removed then
 */
export async function remove(
  session: ZooKeeperSession,
  tree: StateTreeRootInputs,
  directories: readonly string[],
): Promise<void> {
  await refuseWhenUsed(session, tree, directories);
  for (const directory of directories) {
    try {
      await session.delete(pathOf(tree, directory));
    } catch (error) {
      // A topology was submitted in this moment.
      if (error instanceof NotEmptyError) await refuseWhenUsed(session, tree, directories);
      throw error;
    }
  }
  if (tree.path === "/") return;
  try {
    await session.delete(tree.path);
  } catch (error) {
    if (!(error instanceof NotEmptyError)) throw error;
  }
}

async function make(session: ZooKeeperSession, path: string, access: string | undefined): Promise<void> {
  if (access === undefined) return session.mkdirs(path);
  const wanted = asAccess(access);
  await session.mkdirs(path, { access: wanted });
  if ((await session.access(path)) !== wanted) await session.protect(path, wanted);
}

async function refuseWhenUsed(
  session: ZooKeeperSession,
  tree: StateTreeRootInputs,
  directories: readonly string[],
): Promise<void> {
  const places = new Map<string, string[]>();
  for (const directory of directories) {
    for (const node of (await session.children(pathOf(tree, directory))) ?? []) {
      places.set(node, [...(places.get(node) ?? []), directory]);
    }
  }
  if (places.size === 0) return;
  const topologies = [...places].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, at]) => `${name} (${at.join(", ")})`);
  throw new UserError(
    `The state tree ${tree.path} in ZooKeeper ${tree.servers} is not removed, since topologies are in it: ` +
      `${topologies.join("; ")}. Destroy or kill them first, or leave the tree (removeOnDestroy: false, then pulumi up). ` +
      `What a topology that is gone left, as its checkpoints, is removed with zkCli.sh: deleteall ${pathOf(tree, "<directory>/<name>")}.`,
  );
}

function pathOf({ path }: StateTreeRootInputs, directory: string): string {
  return path === "/" ? `/${directory}` : `${path}/${directory}`;
}

function asAccess(access: string): Access {
  if (access === "world" || access === "creator") return access;
  throw new Error(`'${access}' is no ACL to ask for`);
}
