import { type ACL, CreateMode, type Stat } from "node-zookeeper-client";
import { type Access, accessIn, acls } from "./access";
import { type Auth, Connection } from "./connection";
import { NoNodeError, NodeExistsError } from "./errors";
import { refuseLargeNode } from "./node-size";
import { parseServers } from "./servers";

export type { Access } from "./access";

export interface WriteOptions {
  /** Default `world`. */
  readonly access?: Access;
}

/**
 * A ZooKeeper session. Paths are absolute, below the host list's chroot. Every call fails with `SessionLostError` when
 * ZooKeeper does not answer in time or the session is over; calls that may be repeated were repeated before.
 */
export interface ZooKeeperSession {
  /** Names of the children, in no order; undefined when the node does not exist. */
  children(path: string): Promise<string[] | undefined>;
  /** The node's content, empty when it has none; undefined when the node does not exist. */
  get(path: string): Promise<Uint8Array | undefined>;
  exists(path: string): Promise<boolean>;
  /** Creates the node or overwrites its content; readers see the one or the other. @throws NoNodeError without parent */
  put(path: string, data: Uint8Array, options?: WriteOptions): Promise<void>;
  /**
   * Creates the node. Not repeated when the connection breaks.
   * @throws NodeExistsError when it is there
   * @throws NoNodeError when its parent is not
   */
  create(path: string, data: Uint8Array, options?: WriteOptions): Promise<void>;
  /**
   * Creates a node that goes with the session, open to everyone, behind whose name the server sets a number that grows; returns the
   * name. Not repeated when the connection breaks.
   * @throws NoNodeError when its parent is not there
   */
  createNumbered(path: string, data: Uint8Array): Promise<string>;
  /** Deletes the node; one that is not there is fine. @throws NotEmptyError when it has children */
  delete(path: string): Promise<void>;
  /** Makes the node and those above it as far as they lack; `access` is that of the last. */
  mkdirs(path: string, options?: WriteOptions): Promise<void>;
  /** Who may do what with the node, as `accessIn` tells it; undefined when the node does not exist. */
  access(path: string): Promise<string | undefined>;
  /** Gives a node that exists another ACL. @throws NoNodeError when it does not */
  protect(path: string, access: Access): Promise<void>;
  close(): Promise<void>;
}

export interface SessionOptions {
  /** How long to wait for a session, and for each call, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number;
  readonly auth?: Auth;
}

const defaultTimeoutMs = 10_000;

/**
 * Opens a session.
 *
 * @param servers `host:port,host:port`, with an optional `/chroot` (which is made when something is written under it)
 * @throws UserError that names the hosts that do not answer and what to check
 */
export async function openSession(servers: string, options: SessionOptions = {}): Promise<ZooKeeperSession> {
  const parsed = parseServers(servers);
  const connection = new Connection(parsed, options.timeoutMs ?? defaultTimeoutMs, options.auth);
  await connection.open();
  return new Session(connection, parsed.chroot, options.auth);
}

class Session implements ZooKeeperSession {
  constructor(
    private readonly connection: Connection,
    private readonly chroot: string,
    private readonly auth: Auth | undefined,
  ) {}

  async children(path: string): Promise<string[] | undefined> {
    const node = this.absolute(path);
    return unlessAbsent(
      this.connection.call<string[]>(`list ${node}`, true, (client, done) => client.getChildren(node, done)),
    );
  }

  async get(path: string): Promise<Uint8Array | undefined> {
    const node = this.absolute(path);
    return unlessAbsent(
      this.connection
        .call<Buffer | undefined>(`read ${node}`, true, (client, done) => client.getData(node, done))
        .then((data) => data ?? new Uint8Array()),
    );
  }

  async exists(path: string): Promise<boolean> {
    const node = this.absolute(path);
    const stat = await this.connection.call<Stat | null>(`look for ${node}`, true, (client, done) =>
      client.exists(node, done),
    );
    return stat !== null;
  }

  async put(path: string, data: Uint8Array, options: WriteOptions = {}): Promise<void> {
    const node = this.absolute(path);
    const content = contentOf(data, node);
    const access = options.access ?? "world";
    if (await this.overwrite(node, content, access)) return;
    try {
      await this.make(node, content, access, true);
    } catch (error) {
      // Somebody made it meanwhile, or our own first try landed before the connection broke.
      if (!(error instanceof NodeExistsError)) throw error;
      await this.overwrite(node, content, access);
    }
  }

  async create(path: string, data: Uint8Array, options: WriteOptions = {}): Promise<void> {
    const node = this.absolute(path);
    await this.make(node, contentOf(data, node), options.access ?? "world", false);
  }

  async createNumbered(path: string, data: Uint8Array): Promise<string> {
    const node = this.absolute(path);
    const content = contentOf(data, node);
    const made = await this.connection.call<string>(`create ${node}`, false, (client, done) =>
      client.create(node, content, acls.world, CreateMode.EPHEMERAL_SEQUENTIAL, done),
    );
    return made.slice(made.lastIndexOf("/") + 1);
  }

  async delete(path: string): Promise<void> {
    const node = this.absolute(path);
    await unlessAbsent(
      this.connection.call<undefined>(`delete ${node}`, true, (client, done) =>
        client.remove(node, (error) => done(error, undefined)),
      ),
    );
  }

  async mkdirs(path: string, options: WriteOptions = {}): Promise<void> {
    const node = this.absolute(path);
    // Asked for first, since making what is there may be refused by its parent's ACL.
    if (node === "/" || (await this.exists(path))) return;
    await this.makeAncestors(node);
    await this.makeUnlessThere(node, options.access ?? "world");
  }

  async access(path: string): Promise<string | undefined> {
    const node = this.absolute(path);
    const found = await unlessAbsent(
      this.connection.call<ACL[]>(`read the ACL of ${node}`, true, (client, done) => client.getACL(node, done)),
    );
    return found && accessIn(found, this.auth);
  }

  protect(path: string, access: Access): Promise<void> {
    return this.setAcl(this.absolute(path), access);
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private absolute(path: string): string {
    return path === "/" ? this.chroot || "/" : this.chroot + path;
  }

  /** False when the node does not exist. */
  private async overwrite(node: string, content: Buffer, access: Access): Promise<boolean> {
    const written = await unlessAbsent(
      this.connection.call<Stat>(`write ${node}`, true, (client, done) => client.setData(node, content, done)),
    );
    if (written === undefined) return false;
    if (access === "creator") await this.setAcl(node, access);
    return true;
  }

  private async setAcl(node: string, access: Access): Promise<void> {
    await this.connection.call<Stat>(`protect ${node}`, true, (client, done) =>
      client.setACL(node, acls[access], done),
    );
  }

  private async make(node: string, content: Buffer, access: Access, repeatable: boolean): Promise<void> {
    await this.connection.call<string>(`create ${node}`, repeatable, (client, done) =>
      client.create(node, content, acls[access], done),
    );
  }

  private async makeAncestors(node: string): Promise<void> {
    const names = node.split("/").slice(1, -1);
    for (let depth = 1; depth <= names.length; depth++) {
      const ancestor = `/${names.slice(0, depth).join("/")}`;
      const there = await this.connection.call<Stat | null>(`look for ${ancestor}`, true, (client, done) =>
        client.exists(ancestor, done),
      );
      if (there === null) await this.makeUnlessThere(ancestor, "world");
    }
  }

  private async makeUnlessThere(node: string, access: Access): Promise<void> {
    try {
      await this.make(node, Buffer.alloc(0), access, true);
    } catch (error) {
      if (!(error instanceof NodeExistsError)) throw error;
    }
  }
}

async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NoNodeError) return undefined;
    throw error;
  }
}

function contentOf(data: Uint8Array, node: string): Buffer {
  refuseLargeNode(node, data.length);
  return Buffer.from(data);
}
