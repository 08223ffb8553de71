import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";

/** Heron's state tree as an executor uses it: whole nodes, named `<directory>/<topology>`. */
export interface StateTree {
  read(node: string): Promise<Uint8Array | undefined>;
  /** Creates or replaces a node that stays. */
  write(node: string, data: Uint8Array): Promise<void>;
  /** Creates or replaces a node that goes with this process, where the tree can do that. */
  register(node: string, data: Uint8Array): Promise<void>;
  remove(node: string): Promise<void>;
  close(): void;
}

/** Reads a node's message; undefined where there is none. */
export async function readMessage<T extends DescMessage>(
  tree: StateTree,
  schema: T,
  node: string,
): Promise<MessageShape<T> | undefined> {
  const data = await tree.read(node);
  return data === undefined ? undefined : fromBinary(schema, data);
}
