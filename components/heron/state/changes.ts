import { UserError } from "../../errors";
import type { StateStore } from "./store";

/** A node as it is or should be: undefined content is no node. */
export interface NodeState {
  readonly path: string;
  readonly data: Uint8Array | undefined;
}

/** A change failed, and so did taking it back: the tree is part old, part new. `cause` is the first failure. */
export class NotUndoneError extends UserError {}

export function readNodes(store: StateStore, paths: readonly string[]): Promise<NodeState[]> {
  return Promise.all(paths.map(async (path) => ({ path, data: await store.get(path) })));
}

export async function setNode(store: StateStore, node: NodeState): Promise<void> {
  if (node.data === undefined) await store.delete(node.path);
  else await store.put(node.path, node.data);
}

/**
 * Makes `wanted` so, in its order, and leaves alone what is so already (Heron's containers watch their packing plan).
 * When one fails, what was there before is put back, backwards.
 *
 * @param before the same nodes as they are
 * @throws the failure, or {@link NotUndoneError} when it could not be undone
 */
export async function changeNodes(
  store: StateStore,
  before: readonly NodeState[],
  wanted: readonly NodeState[],
): Promise<void> {
  const old = new Map(before.map((node) => [node.path, node.data]));
  const touched: NodeState[] = [];
  try {
    for (const node of wanted) {
      const data = old.get(node.path);
      if (sameBytes(data, node.data)) continue;
      // Counted before it is tried: a write that fails may have landed.
      touched.unshift({ path: node.path, data });
      await setNode(store, node);
    }
  } catch (error) {
    await undo(store, touched, error);
    throw error;
  }
}

async function undo(store: StateStore, touched: readonly NodeState[], failure: unknown): Promise<void> {
  try {
    for (const node of touched) await setNode(store, node);
  } catch (error) {
    throw new NotUndoneError(
      `${messageOf(failure)} Nor could the state tree in ${store.description} be put back as it was ` +
        `(${messageOf(error)}), so it is half written. Run again, which completes it.`,
      { cause: failure },
    );
  }
}

export function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.compare(a, b) === 0;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
