import { NoNodeError, NodeExistsError } from "./errors";
import { SessionLostError } from "./session-lost";
import type { ZooKeeperSession } from "./session";

/** Where a lock's leases are, below it; beside it Curator's clients queue before they make one. */
const leasesName = "leases";

/** A lock that is held, as long as the session lives. */
export interface Lease {
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** What another's lease holds: Curator puts the address of the client's machine there. */
export interface OthersLease {
  readonly content: Uint8Array | undefined;
}

/**
 * One attempt at the lock that Curator's InterProcessSemaphoreMutex keeps at `path`: a lease is held while no other has a lower
 * number, and is given back where one has. Curator's clients hold theirs only once it is the only one, so that whichever comes
 * later yields; their queue orders those that wait, which an attempt does not.
 *
 * @param id a UUID: leases that bear it count as the caller's own
 * @throws NoNodeError when the parent of `path` is not there
 */
export async function tryLease(
  session: ZooKeeperSession,
  path: string,
  { id, content }: { readonly id: string; readonly content: Uint8Array },
): Promise<Lease | OthersLease> {
  const leases = `${path}/${leasesName}`;
  // Curator's own way to find a node again whose creation was not answered.
  const prefix = `_c_${id}-lease-`;
  const release = async (): Promise<void> => {
    // With those whose creation was not answered, and landed late.
    const own = (await namesIn(session, leases)).filter((name) => name.startsWith(prefix));
    for (const name of own) await session.delete(`${leases}/${name}`);
  };
  await makeLease(session, path, prefix, content);
  const [first] = inOrder(await namesIn(session, leases));
  if (first?.startsWith(prefix)) return { isHeld: () => session.exists(`${leases}/${first}`), release };
  await release();
  return { content: first === undefined ? undefined : await session.get(`${leases}/${first}`) };
}

async function makeLease(session: ZooKeeperSession, path: string, prefix: string, content: Uint8Array): Promise<void> {
  const leases = `${path}/${leasesName}`;
  try {
    await session.createNumbered(`${leases}/${prefix}`, content);
  } catch (error) {
    if (error instanceof SessionLostError) {
      // It may have landed all the same; if it lands later, it is one more of the caller's own.
      if ((await namesIn(session, leases)).some((name) => name.startsWith(prefix))) return;
      await session.createNumbered(`${leases}/${prefix}`, content);
      return;
    }
    if (!(error instanceof NoNodeError)) throw error;
    // The first lease ever, or one after the server has removed what Curator makes as containers.
    for (const node of [path, leases]) await makeUnlessThere(session, node);
    await session.createNumbered(`${leases}/${prefix}`, content);
  }
}

async function namesIn(session: ZooKeeperSession, leases: string): Promise<readonly string[]> {
  return (await session.children(leases)) ?? [];
}

async function makeUnlessThere(session: ZooKeeperSession, node: string): Promise<void> {
  try {
    await session.create(node, new Uint8Array());
  } catch (error) {
    if (!(error instanceof NodeExistsError)) throw error;
  }
}

/** The leases by their numbers; what is none holds no lock. */
function inOrder(names: readonly string[]): readonly string[] {
  const numbered = names.flatMap((name) => {
    const [, number] = /-lease-(\d+)$/.exec(name) ?? [];
    return number === undefined ? [] : [{ name, number: Number(number) }];
  });
  return numbered.sort((a, b) => a.number - b.number).map(({ name }) => name);
}
