import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createClient, CreateMode } from "node-zookeeper-client";

/** The state tree as the executor uses it: whole nodes by `<directory>/<topology>`. */
export interface State {
  read(node: string): Promise<Uint8Array | undefined>;
  write(node: string, data: Uint8Array): Promise<void>;
  remove(node: string): Promise<void>;
}

/** `LOCALMODE`, or ZooKeeper's host list. */
export function openState(connection: string, root: string): Promise<State> {
  return connection === "LOCALMODE" ? Promise.resolve(localState(root)) : zookeeperState(connection, root);
}

function localState(root: string): State {
  return {
    read: async (node) => {
      try {
        return await readFile(join(root, node));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    write: async (node, data) => {
      const path = join(root, node);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.${process.pid}`, data);
      await rename(`${path}.${process.pid}`, path);
    },
    remove: (node) => rm(join(root, node), { force: true }),
  };
}

async function zookeeperState(connection: string, root: string): Promise<State> {
  const client = createClient(connection);
  await new Promise<void>((resolve) => {
    client.once("connected", resolve);
    client.connect();
  });
  const path = (node: string): string => `${root}/${node}`;
  const call = <T>(start: (done: (error: Error | null, value: T) => void) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      start((error, value) => {
        if (error instanceof Error) reject(error);
        else resolve(value);
      });
    });
  const absent = (error: unknown): undefined => {
    if ((error as { name?: string }).name === "NO_NODE") return undefined;
    throw error;
  };
  const remove = async (node: string): Promise<void> => {
    await call((done) => client.remove(path(node), -1, (error) => done(error as Error | null, undefined))).catch(
      absent,
    );
  };
  return {
    read: (node) => call<Buffer>((done) => client.getData(path(node), done as never)).catch(absent),
    write: async (node, data) => {
      // What an executor writes is gone with its session, as Heron's own is.
      await remove(node);
      await call((done) => client.create(path(node), Buffer.from(data), CreateMode.EPHEMERAL, done as never));
    },
    remove,
  };
}
