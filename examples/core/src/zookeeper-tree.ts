import { type Client, createClient, CreateMode, Exception } from "node-zookeeper-client";
import type { StateTree } from "./state-tree";

const connectMs = 30_000;

type Callback<T> = (error: Error | Exception | null, value: T) => void;

/**
 * The tree in ZooKeeper. What is registered is ephemeral: it goes with the session, as Heron's own registrations do.
 * @param onLost told when the session is over: what was registered is gone then
 * @throws Error when no server answers in time
 */
export async function zookeeperTree(
  connection: string,
  root: string,
  onLost: (why: string) => void,
): Promise<StateTree> {
  const client = createClient(connection);
  await connected(client, connection);
  client.once("expired", () => onLost(`the session with ZooKeeper ${connection} has expired`));

  const path = (node: string): string => `${root.replace(/\/+$/, "")}/${node}`;
  const create = (node: string, data: Uint8Array, mode: number): Promise<unknown> =>
    call<string>((done) => client.create(path(node), Buffer.from(data), mode, done));
  const makeDirectory = (node: string): Promise<unknown> =>
    call<string>((done) => client.mkdirp(path(node).replace(/\/[^/]+$/, ""), done));

  async function remove(node: string): Promise<void> {
    await call<undefined>((done) => client.remove(path(node), -1, (error) => done(error, undefined))).catch(
      unlessCode(Exception.NO_NODE),
    );
  }

  return {
    read: (node) => call<Buffer>((done) => client.getData(path(node), done)).catch(unlessCode(Exception.NO_NODE)),
    write: async (node, data) => {
      await makeDirectory(node);
      const created = await create(node, data, CreateMode.PERSISTENT).catch(unlessCode(Exception.NODE_EXISTS));
      if (created !== undefined) return;
      await call<unknown>((done) => client.setData(path(node), Buffer.from(data), -1, done));
    },
    register: async (node, data) => {
      await makeDirectory(node);
      await remove(node);
      await create(node, data, CreateMode.EPHEMERAL);
    },
    remove,
    close: () => client.close(),
  };
}

function connected(client: Client, connection: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      client.close();
      reject(new Error(`ZooKeeper does not answer at ${connection}`));
    }, connectMs);
    client.once("connected", () => {
      clearTimeout(timer);
      resolve();
    });
    client.connect();
  });
}

function call<T>(start: (done: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error) reject(error instanceof Error ? error : new Error(String(error)));
      else resolve(value);
    });
  });
}

function unlessCode(code: number): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Exception && error.getCode() === code) return undefined;
    throw error;
  };
}
