import { type FileHandle, open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { ArgumentError } from "../errors";
import type { Path } from "../finding";

/** What the bytes of files tell whose names end so; of others nothing is known. */
const kinds = [
  { ending: /\.tar\.gz$/, named: "a gzipped tar", is: ({ start }: Ends) => start.startsWith("\x1f\x8b") },
  // Which Java and Python look for at its end, since a script may stand before it.
  { ending: /\.(jar|pex)$/, named: "a zip", is: ({ end }: Ends) => end.includes("PK\x05\x06") },
] as const;

/** Of a zip's end, with the longest comment that it may have. */
const endBytes = 22 + 65_535;

/** Both as Latin-1. */
interface Ends {
  readonly start: string;
  readonly end: string;
}

/**
 * Looks whether a package can be what its name says: what a download or a checkout without git-lfs has left in its place would
 * be rolled out, for its containers to fail.
 * @param path where the arguments name it; of a file that cannot be read it is told where it is hashed
 * @throws ArgumentError for a file that cannot be one
 */
export async function refuseOtherContent(path: Path, file: string): Promise<void> {
  const handle = (await isFile(file)) ? await open(file).catch(() => undefined) : undefined;
  if (handle === undefined) return;
  try {
    const { size } = await handle.stat();
    const ends = {
      start: await bytesAt(handle, 0, 64),
      end: await bytesAt(handle, Math.max(0, size - endBytes), endBytes),
    };
    const why = whyNone(basename(file), ends);
    if (why !== undefined) throw new ArgumentError([{ path, message: `${basename(file)} ${why}` }]);
  } finally {
    await handle.close();
  }
}

function whyNone(name: string, ends: Ends): string | undefined {
  if (ends.start === "") return "is empty. Build it, or get it anew.";
  if (ends.start.startsWith("version https://git-lfs"))
    return "is only git-lfs's pointer to the file that is meant. Get that by 'git lfs pull'.";
  const kind = kinds.find(({ ending }) => ending.test(name));
  return kind === undefined || kind.is(ends)
    ? undefined
    : `is not ${kind.named}, as its name says. Build it, or get it anew.`;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.toString("latin1", 0, bytesRead);
}
