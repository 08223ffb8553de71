import { randomUUID } from "node:crypto";
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../../errors";
import { codeOf, hasCode } from "../../system-error";
import { directories } from "./paths";
import type { StateStore } from "./store";

/**
 * Opens the tree in a folder, as Heron's LocalFileSystemStateManager lays it out: `<root>/<directory>/<topology>`,
 * one file a node. Directories that lack are made before the first write, so that a preview and a refresh write nothing.
 */
export function openLocalStore(root: string): Promise<StateStore> {
  return Promise.resolve(new LocalStore(root));
}

/** Files on their way: beside Heron's directories, whose every file it takes for a node. */
const unfinished = ".unfinished";

/** No write takes this long: what is older was left by one that was killed. Milliseconds. */
const abandonedAfter = 3_600_000;

function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const found = statSync(file, { throwIfNoEntry: false });
    if (found !== undefined && Date.now() - found.mtimeMs > abandonedAfter) rmSync(file, { force: true });
  }
}

/** What the system says of a folder that its user has to set right. */
const unusable = ["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "EISDIR", "EIO", "ESTALE"];

/** A node is small: each step of its reading and writing is done at once, in less time than to have another thread take it. */
class LocalStore implements StateStore {
  readonly description: string;
  private isMade = false;

  constructor(private readonly root: string) {
    this.description = root;
  }

  private makeDirectories(): void {
    if (this.isMade) return;
    try {
      for (const directory of [...directories, unfinished]) mkdirSync(this.file(directory), { recursive: true });
      sweep(this.file(unfinished));
    } catch (error) {
      throw new UserError(
        `The state tree's folder ${this.root} cannot be made: ${String(error)}. It must be a folder that this user may ` +
          `write to and that every agent sees under the same path (state: local: root).`,
        { cause: error },
      );
    }
    this.isMade = true;
  }

  get(path: string): Promise<Uint8Array | undefined> {
    return this.done(path, () => unless("ENOENT", () => readFileSync(this.file(path))));
  }

  put(path: string, data: Uint8Array): Promise<void> {
    return this.done(path, () => {
      const file = this.written(data);
      try {
        this.inFolder(path, (target) => renameSync(file, target));
      } catch (error) {
        rmSync(file, { force: true });
        throw error;
      }
    });
  }

  create(path: string, data: Uint8Array): Promise<boolean> {
    return this.done(path, () => {
      const file = this.written(data);
      try {
        // A link, unlike a rename, does not replace what is there.
        return unless("EEXIST", () => this.inFolder(path, (target) => (linkSync(file, target), true))) ?? false;
      } finally {
        rmSync(file, { force: true });
      }
    });
  }

  delete(path: string): Promise<void> {
    return this.done(path, () => {
      try {
        unless("ENOENT", () => unlinkSync(this.file(path)));
      } catch (error) {
        // A folder, which the system tells one way or the other: nobody of Heron's makes one.
        if (!hasCode(error, "EISDIR", "EPERM")) throw error;
        rmSync(this.file(path), { recursive: true, force: true });
      }
    });
  }

  list(path: string): Promise<string[]> {
    return this.done(path, () => (unless("ENOENT", () => readdirSync(this.file(path))) ?? []).sort());
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** @throws UserError where the folder cannot be used so */
  private done<T>(path: string, work: () => T): Promise<T> {
    return promised(() => {
      try {
        return work();
      } catch (error) {
        if (!hasCode(error, ...unusable)) throw error;
        throw new UserError(
          `The state tree's folder ${this.root} cannot be used (${codeOf(error)}: ${path}). Give ` +
            `the user who runs Pulumi read and write access and room there, and take away what is no folder, or no file, of ` +
            `Heron's; or set state.local.root to another folder.`,
          { cause: error },
        );
      }
    });
  }

  private file(path: string): string {
    return join(this.root, path);
  }

  /**
   * A file with `data`, whole, to be put in its place. Not through to the disk: a machine that goes down takes the
   * topologies of its folder along, and what an `up` finds missing it writes again.
   */
  private written(data: Uint8Array): string {
    this.makeDirectories();
    const name = randomUUID();
    const file = join(this.root, unfinished, name);
    try {
      this.inFolder(join(unfinished, name), (target) => writeFileSync(target, data, { flag: "wx" }));
    } catch (error) {
      rmSync(file, { force: true });
      throw error;
    }
    return file;
  }

  /** Its folder is there, unless somebody has removed it since the tree was opened. */
  private inFolder<T>(path: string, place: (target: string) => T): T {
    const target = this.file(path);
    try {
      return place(target);
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
      mkdirSync(dirname(target), { recursive: true });
      return place(target);
    }
  }
}

/** What `work` returns or throws, as the answer of a store that takes its time. */
function promised<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}

function unless<T>(code: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (hasCode(error, code)) return undefined;
    throw error;
  }
}
