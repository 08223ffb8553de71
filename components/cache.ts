import { createHash, randomUUID } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { link, mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "./errors";

/** What a stored file hashes to (lower-case hex), its size in bytes and where it lies. */
export interface StoredFile {
  readonly sha256: string;
  readonly size: number;
  readonly path: string;
}

/**
 * The content-addressed cache of a checkout. Contents are kept by `kind` and sha256, and checked when they are read: an
 * entry that is not what its name says counts as absent and is removed. Several processes may use it at once.
 */
export interface Cache {
  /** Stores `content`, whole or piece by piece, and says what it hashes to. */
  put(kind: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<StoredFile>;
  /** The content, or nothing when there is none such. */
  get(kind: string, sha256: string): Promise<Uint8Array | undefined>;
  /** The content as a file, for what is too large to hold in memory. */
  file(kind: string, sha256: string): Promise<StoredFile | undefined>;
  /** Where the content lies, or would lie. Not checked: see `file`. */
  path(kind: string, sha256: string): string;
  /**
   * Notes that what is computed from the inputs hashed in `key` is the stored content `sha256`. The first note stands as
   * long as its content does; the answer is the sha256 that counts.
   */
  remember(kind: string, key: string, sha256: string): Promise<string>;
  /** What was noted under `key`, if its content is still there. */
  recall(kind: string, key: string): Promise<StoredFile | undefined>;
}

const projectFiles = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/**
 * Opens the cache of the Pulumi project that `from` (default: the current folder) lies in: `.heron/cache` beside the
 * nearest Pulumi.yaml. The Pulumi program and the dynamic provider's process both run inside the project's folder.
 *
 * @throws UserError outside of any project
 */
export function openCache(from: string = process.cwd()): Cache {
  return new DirectoryCache(join(projectFolder(from), ".heron", "cache"));
}

function projectFolder(from: string): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (projectFiles.some((file) => existsSync(join(folder, file)))) return folder;
    if (folder === dirname(folder)) {
      throw new UserError("no Pulumi.yaml in the current folder or above it: run this inside a Pulumi project");
    }
  }
}

class DirectoryCache implements Cache {
  constructor(private readonly root: string) {}

  async put(kind: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<StoredFile> {
    const temporary = await this.temporaryPath();
    try {
      const { sha256, size } = await writeHashing(temporary, content instanceof Uint8Array ? [content] : content);
      const path = this.path(kind, sha256);
      await mkdir(dirname(path), { recursive: true });
      await rename(temporary, path);
      return { sha256, size, path };
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async get(kind: string, sha256: string): Promise<Uint8Array | undefined> {
    const path = this.path(kind, sha256);
    const content = await unlessMissing(readFile(path));
    if (content === undefined || createHash("sha256").update(content).digest("hex") === sha256) return content;
    await rm(path, { force: true });
    return undefined;
  }

  async file(kind: string, sha256: string): Promise<StoredFile | undefined> {
    const path = this.path(kind, sha256);
    const actual = await unlessMissing(sha256File(path));
    if (actual === undefined) return undefined;
    if (actual === sha256) return { sha256, size: (await stat(path)).size, path };
    await rm(path, { force: true });
    return undefined;
  }

  path(kind: string, sha256: string): string {
    return join(this.root, kind, requireSha256(sha256));
  }

  async remember(kind: string, key: string, sha256: string): Promise<string> {
    const standing = await this.recall(kind, key);
    if (standing !== undefined) return standing.sha256;
    const temporary = await this.temporaryPath();
    const note = this.notePath(kind, key);
    try {
      await writeFile(temporary, requireSha256(sha256));
      await mkdir(dirname(note), { recursive: true });
      await link(temporary, note).catch(unlessCode("EEXIST"));
    } finally {
      await rm(temporary, { force: true });
    }
    return (await this.recall(kind, key))?.sha256 ?? sha256;
  }

  async recall(kind: string, key: string): Promise<StoredFile | undefined> {
    const note = this.notePath(kind, key);
    const sha256 = await unlessMissing(readFile(note, "utf8"));
    if (sha256 === undefined) return undefined;
    const stored = isSha256(sha256) ? await this.file(kind, sha256) : undefined;
    if (stored === undefined) await rm(note, { force: true });
    return stored;
  }

  private notePath(kind: string, key: string): string {
    return join(this.root, `${kind}-by-input`, requireSha256(key));
  }

  /** A new name on the same file system, so that a rename is atomic. */
  private async temporaryPath(): Promise<string> {
    const folder = join(this.root, "tmp");
    await mkdir(folder, { recursive: true });
    return join(folder, randomUUID());
  }
}

async function writeHashing(
  path: string,
  content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<{ sha256: string; size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  const file = await open(path, "wx");
  try {
    for await (const chunk of content) {
      hash.update(chunk);
      size += chunk.byteLength;
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
  return { sha256: hash.digest("hex"), size };
}

const hashes = new Map<string, { readonly stamp: string; readonly sha256: Promise<string> }>();

/**
 * sha256 of a file's content, lower-case hex, read piece by piece. A file that was not written to since is not read again
 * by this process.
 */
export async function sha256File(path: string): Promise<string> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  const stamp = `${String(size)}:${String(mtimeNs)}:${String(ino)}`;
  const known = hashes.get(path);
  if (known?.stamp === stamp) return known.sha256;
  const sha256 = hashFile(path);
  hashes.set(path, { stamp, sha256 });
  sha256.catch(() => hashes.delete(path));
  return sha256;
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Lower-case hex sha256 of bytes or text. */
export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function requireSha256(text: string): string {
  if (!isSha256(text)) throw new TypeError(`not a sha256: ${JSON.stringify(text)}`);
  return text;
}

function unlessMissing<T>(read: Promise<T>): Promise<T | undefined> {
  return read.catch(unlessCode("ENOENT"));
}

function unlessCode(code: string): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Error && "code" in error && error.code === code) return undefined;
    throw error;
  };
}
