import { directories } from "../../../../components/heron/state/paths";
import type { StateStore } from "../../../../components/heron/state/store";
import type { Nodes } from "./golden-state";

/** `store`, with something else done where it writes. */
export function writingBy(store: StateStore, put: StateStore["put"]): StateStore {
  return {
    description: store.description,
    get: (path) => store.get(path),
    put,
    create: (path, data) => store.create(path, data),
    delete: (path) => store.delete(path),
    list: (path) => store.list(path),
    close: () => store.close(),
  };
}

/** A store in memory, held to the same behaviour as the real ones: for properties that need thousands of trees. */
export class MemoryStore implements StateStore {
  readonly description = "memory";

  constructor(readonly nodes = new Map<string, Uint8Array>()) {}

  get(path: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.nodes.get(path));
  }

  put(path: string, data: Uint8Array): Promise<void> {
    this.nodes.set(path, data);
    return Promise.resolve();
  }

  create(path: string, data: Uint8Array): Promise<boolean> {
    if (this.nodes.has(path)) return Promise.resolve(false);
    this.nodes.set(path, data);
    return Promise.resolve(true);
  }

  delete(path: string): Promise<void> {
    this.nodes.delete(path);
    return Promise.resolve();
  }

  list(path: string): Promise<string[]> {
    const below = [...this.nodes.keys()].filter((node) => node.startsWith(`${path}/`));
    return Promise.resolve([...new Set(below.map((node) => node.slice(path.length + 1).split("/")[0] ?? ""))].sort());
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Everything in the tree, as hex. */
export async function contentsOf(store: StateStore): Promise<Nodes> {
  const nodes: Record<string, string> = {};
  for (const directory of directories) {
    for (const name of await store.list(directory)) {
      const data = await store.get(`${directory}/${name}`);
      if (data !== undefined) nodes[`${directory}/${name}`] = Buffer.from(data).toString("hex");
    }
  }
  return nodes;
}

/** How a store fails at its n-th call. */
export type Failure =
  /** The process dies: this call and all later ones do nothing. */
  | "crash"
  /** This call does nothing and says so. */
  | "refusal"
  /** This call does its work and then says that it failed. */
  | "lost answer";

export class Failed extends Error {}

/** `store`, failing at call `at` (from 0; gets and lists count too). */
export function failing(store: StateStore, at: number, failure: Failure): StateStore {
  let calls = 0;
  const call = async <T>(act: () => Promise<T>): Promise<T> => {
    const number = calls++;
    if (number < at || (failure !== "crash" && number > at)) return act();
    if (failure === "lost answer") await act();
    throw new Failed(`${failure} at call ${at}`);
  };
  return {
    description: store.description,
    get: (path) => call(() => store.get(path)),
    put: (path, data) => call(() => store.put(path, data)),
    create: (path, data) => call(() => store.create(path, data)),
    delete: (path) => call(() => store.delete(path)),
    list: (path) => call(() => store.list(path)),
    close: () => store.close(),
  };
}

/** Has the store make its directories, which it does with its first write. */
export async function makeDirectories(store: StateStore): Promise<void> {
  await store.put("locks/none", new Uint8Array());
  await store.delete("locks/none");
}
