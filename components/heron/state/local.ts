import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../../errors";
import { directories } from "./paths";
import type { StateStore } from "./store";

/**
 * Opens the tree in a folder, as Heron's LocalFileSystemStateManager lays it out: `<root>/<directory>/<topology>`,
 * one file a node. Makes the directories where they lack.
 */
export async function openLocalStore(root: string): Promise<StateStore> {
  try {
    for (const directory of [...directories, unfinished]) await mkdir(join(root, directory), { recursive: true });
    await sweep(join(root, unfinished));
  } catch (error) {
    throw new UserError(
      `The state tree's folder ${root} cannot be made: ${String(error)}. It must be a folder that this user may ` +
        `write to and that every agent sees under the same path (state: local: root).`,
      { cause: error },
    );
  }
  return new LocalStore(root);
}

/** Files on their way: beside Heron's directories, whose every file it takes for a node. */
const unfinished = ".unfinished";

/** No write takes this long: what is older was left by one that was killed. Milliseconds. */
const abandonedAfter = 3_600_000;

async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const found = await unless("ENOENT", stat(file));
    if (found !== undefined && Date.now() - found.mtimeMs > abandonedAfter) await rm(file, { force: true });
  }
}

class LocalStore implements StateStore {
  readonly description: string;

  constructor(private readonly root: string) {
    this.description = root;
  }

  async get(path: string): Promise<Uint8Array | undefined> {
    return unless("ENOENT", readFile(this.file(path)));
  }

  async put(path: string, data: Uint8Array): Promise<void> {
    await this.withWritten(data, path, (file) => rename(file, this.file(path)));
  }

  async create(path: string, data: Uint8Array): Promise<boolean> {
    // A link, unlike a rename, does not replace what is there.
    const made = await this.withWritten(data, path, (file) =>
      unless(
        "EEXIST",
        link(file, this.file(path)).then(() => true),
      ),
    );
    return made ?? false;
  }

  async delete(path: string): Promise<void> {
    await rm(this.file(path), { recursive: true, force: true });
  }

  async list(path: string): Promise<string[]> {
    return ((await unless("ENOENT", readdir(this.file(path)))) ?? []).sort();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private file(path: string): string {
    return join(this.root, path);
  }

  /**
   * Writes `data` and lets `place` put that file where `path` is, whole. Not through to the disk: a machine that goes down
   * takes the topologies of its folder along, and what an `up` finds missing it writes again.
   */
  private async withWritten<T>(data: Uint8Array, path: string, place: (file: string) => Promise<T>): Promise<T> {
    const file = join(this.root, unfinished, randomUUID());
    await mkdir(dirname(this.file(path)), { recursive: true });
    try {
      await writeFile(file, data, { flag: "wx" });
      return await place(file);
    } finally {
      await rm(file, { force: true });
    }
  }
}

async function unless<T>(code: string, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === code) return undefined;
    throw error;
  }
}
