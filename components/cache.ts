import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "./errors";
import { fileHash, hashedAtOnce, stampOf } from "./file-hash";
import { projectRoot } from "./project";
import { codeOf, hasCode, unlessCode } from "./system-error";

/** A stored file: its sha256 (lower-case hex), its size in bytes, and where it lies on this machine. */
export interface StoredFile {
  readonly sha256: string;
  readonly size: number;
  readonly path: string;
}

/**
 * The content-addressed cache of a checkout, `.heron/cache` beside its Pulumi.yaml: what is too large for the engine's
 * state or too slow to make twice. The program fills it, the provider's process reads it; losing it costs time, no more.
 * Content is checked when it is read (a large file that nobody has written to since, by {@link Cache.hash}): what is not what
 * its address says counts as absent. Entries are written beside their place and renamed, so several processes may use it at
 * once.
 */
export interface Cache {
  /** Stores bytes and returns their sha256. */
  put(kind: string, bytes: Uint8Array): Promise<string>;
  /** Bytes by their sha256; undefined when absent or damaged. */
  get(kind: string, sha256: string): Promise<Uint8Array | undefined>;
  /** Stores what comes, piece by piece, as a file. */
  putFile(content: AsyncIterable<Uint8Array>): Promise<StoredFile>;
  /** Remembers where a file of this content lies outside of the cache, without copying it. */
  remember(sha256: string, path: string): Promise<void>;
  /** A file by its sha256, stored or remembered; undefined when it is gone or another by now. */
  file(sha256: string): Promise<StoredFile | undefined>;
  /** The path of such a file. */
  locate(sha256: string): Promise<string | undefined>;
  /**
   * sha256 of a file anywhere, lower-case hex. A large one is read once, by whichever process, as long as inode, size and times
   * stay the same; a file that had just been written when it was read is read again, since they may not tell of the next writing.
   * @throws the system's error when there is none or it cannot be read
   */
  hash(path: string): Promise<string>;
  /**
   * Notes that what is made from the input hashed in `key` has the address `sha256`. Of several that note at once the first
   * is right; the answer is the address that counts.
   */
  note(kind: string, key: string, sha256: string): Promise<string>;
  /** The address noted under `key`. */
  noted(kind: string, key: string): Promise<string | undefined>;
  /** Forgets the note: what it points to is gone. */
  forget(kind: string, key: string): Promise<void>;
}

/**
 * Opens the cache of the project at or above `from` (default: the current folder).
 * @throws UserError outside of any project
 */
export function openCache(from?: string): Cache {
  return new DirectoryCache(join(projectRoot(from), ".heron", "cache"));
}

/** What is said where a run needs what the program of this checkout has not made. @param what as a sentence begins */
export function notInCache(what: string): UserError {
  return new UserError(
    `${what} is not in this checkout's cache (.heron/cache). ` +
      "Run 'pulumi up' from the folder of the project, which makes it anew.",
  );
}

class DirectoryCache implements Cache {
  constructor(private readonly root: string) {}

  async put(kind: string, bytes: Uint8Array): Promise<string> {
    const address = sha256(bytes);
    if ((await this.get(kind, address)) === undefined) await this.write(this.place(kind, address), bytes);
    return address;
  }

  async get(kind: string, address: string): Promise<Uint8Array | undefined> {
    const path = this.place(kind, address);
    const bytes = read(path);
    if (bytes === undefined || sha256(bytes) === address) return bytes;
    await rm(path, { force: true });
    return undefined;
  }

  async putFile(content: AsyncIterable<Uint8Array>): Promise<StoredFile> {
    const temporary = await this.temporary();
    try {
      const { address, size } = await writeHashing(temporary, content);
      const path = this.place("files", address);
      await mkdir(dirname(path), { recursive: true });
      await rename(temporary, path);
      return { sha256: address, size, path };
    } finally {
      await rm(temporary, { force: true });
    }
  }

  remember(address: string, path: string): Promise<void> {
    return this.write(this.place("places", address), Buffer.from(path));
  }

  async file(address: string): Promise<StoredFile | undefined> {
    const own = this.place("files", address);
    const stored = await this.verified(own, address);
    if (stored !== undefined) return stored;
    await rm(own, { force: true });
    const place = readText(this.place("places", address));
    return place === undefined ? undefined : this.verified(place, address);
  }

  async locate(address: string): Promise<string | undefined> {
    return (await this.file(address))?.path;
  }

  async hash(path: string): Promise<string> {
    const stamp = stampOf(path);
    // One piece is read as quickly as a note of it.
    if (stamp.size <= hashedAtOnce) return (await fileHash(path, stamp)).sha256;
    const note = this.place("hashes", sha256(resolve(path)));
    const [seen, known = ""] = (readText(note) ?? "").split(" ");
    if (seen === stamp.text && isSha256(known)) return known;
    const hash = await fileHash(path, stamp);
    if (hash.settled) await this.write(note, Buffer.from(`${stamp.text} ${hash.sha256}`));
    return hash.sha256;
  }

  async note(kind: string, key: string, address: string): Promise<string> {
    const path = this.place(noteKind(kind), key);
    const temporary = await this.temporary();
    try {
      await writeFile(temporary, requireSha256(address));
      await mkdir(dirname(path), { recursive: true });
      await link(temporary, path).catch(unlessCode("EEXIST"));
    } finally {
      await rm(temporary, { force: true });
    }
    return (await this.noted(kind, key)) ?? address;
  }

  async noted(kind: string, key: string): Promise<string | undefined> {
    const address = readText(this.place(noteKind(kind), key));
    if (address === undefined || isSha256(address)) return address;
    await this.forget(kind, key);
    return undefined;
  }

  forget(kind: string, key: string): Promise<void> {
    return rm(this.place(noteKind(kind), key), { force: true });
  }

  private async verified(path: string, address: string): Promise<StoredFile | undefined> {
    const actual = await this.hash(path).catch(unlessCode("ENOENT"));
    return actual === address ? { sha256: address, size: stampOf(path).size, path } : undefined;
  }

  private place(kind: string, address: string): string {
    return join(this.root, kind, requireSha256(address));
  }

  private async write(path: string, bytes: Uint8Array): Promise<void> {
    const temporary = await this.temporary();
    try {
      await writeFile(temporary, bytes);
      await mkdir(dirname(path), { recursive: true });
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** A new name on the same file system, so that a rename is atomic. */
  private async temporary(): Promise<string> {
    const folder = join(this.root, "new");
    await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
      throw new UserError(
        `The project's cache ${this.root} cannot be written (${codeOf(cause) ?? String(cause)}). Give the ` +
          `user who runs this write access and room there; what is in it is made anew where it is gone.`,
        { cause },
      );
    });
    return join(folder, randomUUID());
  }
}

async function writeHashing(
  path: string,
  content: AsyncIterable<Uint8Array>,
): Promise<{ address: string; size: number }> {
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
  return { address: hash.digest("hex"), size };
}

/** sha256 of bytes or of a text in UTF-8, lower-case hex. */
export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

function noteKind(kind: string): string {
  return `${kind}-by-input`;
}

function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function requireSha256(text: string): string {
  if (!isSha256(text)) throw new TypeError(`not a sha256: ${JSON.stringify(text)}`);
  return text;
}

/** At once: entries that are read whole are small. */
function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

function readText(path: string): string | undefined {
  return read(path)?.toString("utf8");
}
