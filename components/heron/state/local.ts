import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, mkdir, readdir, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
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

  /** At once: a node is small, and each of the four steps of its reading takes less time than to have another thread take it. */
  async get(path: string): Promise<Uint8Array | undefined> {
    return unless(
      "ENOENT",
      new Promise<Uint8Array>((resolve) => {
        resolve(readFileSync(this.file(path)));
      }),
    );
  }

  async put(path: string, data: Uint8Array): Promise<void> {
    const file = await this.written(data);
    try {
      await this.inFolder(path, (target) => rename(file, target));
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  }

  async create(path: string, data: Uint8Array): Promise<boolean> {
    const file = await this.written(data);
    try {
      // A link, unlike a rename, does not replace what is there.
      return (
        (await unless(
          "EEXIST",
          this.inFolder(path, (target) => link(file, target).then(() => true)),
        )) ?? false
      );
    } finally {
      await rm(file, { force: true });
    }
  }

  async delete(path: string): Promise<void> {
    try {
      await unless("ENOENT", unlink(this.file(path)));
    } catch (error) {
      // A folder, which the system tells one way or the other: nobody of Heron's makes one.
      if (!isCode(error, "EISDIR", "EPERM")) throw error;
      await rm(this.file(path), { recursive: true, force: true });
    }
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
   * A file with `data`, whole, to be put in its place. Not through to the disk: a machine that goes down takes the
   * topologies of its folder along, and what an `up` finds missing it writes again.
   */
  private async written(data: Uint8Array): Promise<string> {
    const file = join(this.root, unfinished, randomUUID());
    const write = (target: string) => writeFile(target, data, { flag: "wx" });
    try {
      await this.inFolder(join(unfinished, basename(file)), write);
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return file;
  }

  /** Its folder is there, unless somebody has removed it since the tree was opened. */
  private async inFolder<T>(path: string, place: (target: string) => Promise<T>): Promise<T> {
    const target = this.file(path);
    try {
      return await place(target);
    } catch (error) {
      if (!isCode(error, "ENOENT")) throw error;
      await mkdir(dirname(target), { recursive: true });
      return place(target);
    }
  }
}

async function unless<T>(code: string, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isCode(error, code)) return undefined;
    throw error;
  }
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? "");
}
