import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { StateTree } from "./state-tree";

/** The tree in a folder, one file a node. Nothing goes by itself here: what was registered is removed by who did it. */
export function localTree(root: string): StateTree {
  async function write(node: string, data: Uint8Array): Promise<void> {
    const path = join(root, node);
    // Heron takes every file in a node's directory for a node.
    const unfinished = join(root, ".unfinished", randomUUID());
    await Promise.all([dirname(path), dirname(unfinished)].map((folder) => mkdir(folder, { recursive: true })));
    await writeFile(unfinished, data);
    await rename(unfinished, path);
  }
  return {
    read: (node) =>
      readFile(join(root, node)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }),
    write,
    register: write,
    remove: (node) => rm(join(root, node), { force: true }),
    close: () => undefined,
  };
}
