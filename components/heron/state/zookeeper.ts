import { UserError } from "../../errors";
import { NoNodeError, NodeExistsError, NotEmptyError } from "../../zookeeper/errors";
import { type Access, type SessionOptions, type ZooKeeperSession, openSession } from "../../zookeeper/session";
import { accessTo, submittersAccess } from "./access";
import { directories, rootPath } from "./paths";
import type { HeldLock, LockMark, OthersLock, StateStore } from "./store";

export interface ZooKeeperStoreArgs {
  /** `host:port,host:port`, with an optional chroot. */
  readonly servers: string;
  /** Root path of the tree: `/heron`. */
  readonly root: string;
  /**
   * True: what only the submitter writes may be changed by nobody else, and is read by everyone. The directories of the
   * running topology stay open, since its containers hold no credentials.
   */
  readonly digest: boolean;
  readonly session: SessionOptions;
}

/**
 * Opens the tree in ZooKeeper as Heron's Curator state manager lays it out. Directories that lack are made before the first
 * write, so that a preview and a refresh write nothing; where the chroot lacks, the tree reads as empty, and what is written
 * fails.
 * Heron makes them container znodes, which this client cannot create; they are persistent here.
 */
export async function openZooKeeperStore(args: ZooKeeperStoreArgs): Promise<StateStore> {
  const session = await openSession(args.servers, args.session);
  return new ZooKeeperStore(session, args);
}

class ZooKeeperStore implements StateStore {
  readonly description: string;
  private readonly root: string;
  private made: Promise<void> | undefined;

  constructor(
    private readonly session: ZooKeeperSession,
    private readonly args: ZooKeeperStoreArgs,
  ) {
    this.root = rootPath(args.root).replace(/^\/$/, "");
    this.description = `ZooKeeper ${args.servers}${this.root}`;
  }

  private async makeDirectories(): Promise<void> {
    if (!(await this.session.exists("/"))) return;
    if (this.root !== "") await this.session.mkdirs(this.root, { access: submittersAccess(this.args.digest) });
    for (const directory of directories) await this.makeDirectory(directory);
  }

  get(path: string): Promise<Uint8Array | undefined> {
    return this.session.get(this.absolute(path));
  }

  async put(path: string, data: Uint8Array): Promise<void> {
    await this.inItsDirectory(path, () => this.session.put(this.absolute(path), data, { access: this.access(path) }));
  }

  async create(path: string, data: Uint8Array): Promise<boolean> {
    try {
      await this.inItsDirectory(path, () =>
        this.session.create(this.absolute(path), data, { access: this.access(path) }),
      );
      return true;
    } catch (error) {
      if (error instanceof NodeExistsError) return false;
      throw error;
    }
  }

  async delete(path: string): Promise<void> {
    try {
      await this.session.delete(this.absolute(path));
    } catch (error) {
      if (!(error instanceof NotEmptyError)) throw error;
      for (const child of await this.list(path)) await this.delete(`${path}/${child}`);
      await this.delete(path);
    }
  }

  async list(path: string): Promise<string[]> {
    return ((await this.session.children(this.absolute(path))) ?? []).sort();
  }

  async tryLock(path: string, { id, text }: LockMark): Promise<HeldLock | OthersLock> {
    // Loaded with the first change of a packing plan: most runs change none.
    const { tryLease } = await import("../../zookeeper/lease.js");
    const mark = { id, content: Buffer.from(text) };
    return this.inItsDirectory(path, () => tryLease(this.session, this.absolute(path), mark));
  }

  /** An ACL that is neither of ours is somebody's own, and stays. */
  async secure(path: string): Promise<void> {
    // Without credentials nothing was protected by us, nor can it be opened.
    if (this.args.session.auth === undefined) return;
    const node = this.absolute(path);
    const wanted = this.access(path);
    const found = await this.session.access(node);
    if (found !== wanted && (found === "world" || found === "creator")) await this.session.protect(node, wanted);
  }

  close(): Promise<void> {
    return this.session.close();
  }

  /** A directory that Heron made is a container, which the server removes when its last node is gone. */
  private async inItsDirectory<T>(path: string, write: () => Promise<T>): Promise<T> {
    this.made ??= this.makeDirectories();
    try {
      await this.made;
    } catch (error) {
      this.made = undefined;
      throw error;
    }
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof NoNodeError)) throw error;
      if (!(await this.session.exists("/"))) throw noChroot(this.args.servers);
      await this.makeDirectory(path.slice(0, path.lastIndexOf("/")));
      return write();
    }
  }

  private async makeDirectory(directory: string): Promise<void> {
    await this.session.mkdirs(this.absolute(directory), { access: this.access(directory) });
  }

  private absolute(path: string): string {
    return `${this.root}/${path}`;
  }

  private access(path: string): Access {
    const [directory = ""] = path.split("/");
    return accessTo(directory, this.args.digest);
  }
}

function noChroot(servers: string): UserError {
  const chroot = servers.slice(servers.indexOf("/"));
  return new UserError(
    `The chroot ${chroot} of state.zookeeper.servers '${servers}' does not exist. Check its spelling; if it is to be made, ` +
      `set state.zookeeper.setUp: true, or make it yourself (zkCli.sh: create ${chroot}).`,
  );
}
