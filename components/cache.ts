import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { projectRoot } from "./project";

/**
 * The content-addressed cache of a checkout, `.heron/cache` beside its Pulumi.yaml: what is too large for the engine's
 * state or too slow to make twice. The program fills it, the provider's process reads it; losing it costs time, no more.
 * Entries are written beside their place and renamed, so several processes may use it at once.
 */
export interface Cache {
  /** Stores bytes and returns their sha256. */
  put(kind: string, bytes: Uint8Array): Promise<string>;
  /** Bytes by their sha256; undefined when absent or damaged. */
  get(kind: string, sha256: string): Promise<Uint8Array | undefined>;
  /** Stores bytes under a key that was derived from what they were made of. */
  putDerived(kind: string, key: string, bytes: Uint8Array): Promise<void>;
  getDerived(kind: string, key: string): Promise<Uint8Array | undefined>;
  /** Moves a finished file in and returns where it lies now. */
  adopt(kind: string, name: string, temporary: string): Promise<string>;
  /** A path for a file that is still being made, on the same file system. */
  temporary(): Promise<string>;
  /** Remembers where a file of this content lies, without copying it. */
  remember(sha256: string, path: string): Promise<void>;
  /** Where a file of this content lies, if it still does and is as long as it was. */
  locate(sha256: string): Promise<string | undefined>;
}

interface Remembered {
  readonly path: string;
  readonly size: number;
}

/** Opens the cache of the project at or above `from`. */
export function openCache(from?: string): Cache {
  const root = join(projectRoot(from), ".heron", "cache");
  const place = (kind: string, name: string): string => join(root, kind, name.slice(0, 2), name);

  async function write(path: string, bytes: Uint8Array): Promise<void> {
    const temporary = `${path}.${randomUUID()}`;
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  }

  return {
    async put(kind, bytes) {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      if ((await this.get(kind, sha256)) === undefined) await write(place(kind, sha256), bytes);
      return sha256;
    },
    async get(kind, sha256) {
      const bytes = await readIfThere(place(kind, sha256));
      if (bytes === undefined) return undefined;
      if (createHash("sha256").update(bytes).digest("hex") === sha256) return bytes;
      await rm(place(kind, sha256), { force: true });
      return undefined;
    },
    putDerived: (kind, key, bytes) => write(place(kind, key), bytes),
    getDerived: (kind, key) => readIfThere(place(kind, key)),
    async adopt(kind, name, temporary) {
      const path = place(kind, name);
      await mkdir(dirname(path), { recursive: true });
      await rename(temporary, path);
      return path;
    },
    async temporary() {
      await mkdir(root, { recursive: true });
      return join(root, `new-${randomUUID()}`);
    },
    async remember(sha256, path) {
      const { size } = await stat(path);
      await write(place("files", sha256), Buffer.from(JSON.stringify({ path, size } satisfies Remembered)));
    },
    async locate(sha256) {
      const entry = await readIfThere(place("files", sha256));
      if (entry === undefined) return undefined;
      const { path, size } = JSON.parse(entry.toString("utf8")) as Remembered;
      const found = await stat(path).catch(() => undefined);
      return found?.size === size ? path : undefined;
    },
  };
}

const hashes = new Map<string, Promise<string>>();

/** sha256 of a file's content, streamed; the same unchanged file is read once in a process. */
export async function sha256File(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const key = `${path}:${size}:${mtimeMs}`;
  let answer = hashes.get(key);
  if (answer === undefined) {
    answer = hashFile(path);
    hashes.set(key, answer);
  }
  return answer;
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
