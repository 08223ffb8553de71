import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { ArgumentError } from "../errors";
import type { Path } from "../finding";

/** By how a file begins, what has come in the place of the one that is meant. */
const others = [
  { begins: /^$/, why: "is empty. Build it, or get it anew." },
  {
    begins: /^version https:\/\/git-lfs/,
    why: "is only git-lfs's pointer to the file that is meant. Get that by 'git lfs pull'.",
  },
  { begins: /^\s*<(!doctype html|html)\b/i, why: "is a web page, as a failed download leaves it. Get the file anew." },
];

/**
 * Looks whether a package is what no package can be: what a download, or a checkout without git-lfs, has left in its place would be
 * rolled out, for its containers to fail.
 * @param path where the arguments name it; of a file that cannot be read it is told where it is hashed
 * @throws ArgumentError for a file that is none
 */
export async function refuseOtherContent(path: Path, file: string): Promise<void> {
  const start = await startOf(file).catch(() => undefined);
  const other = start === undefined ? undefined : others.find(({ begins }) => begins.test(start));
  if (other !== undefined) throw new ArgumentError([{ path, message: `${basename(file)} ${other.why}` }]);
}

/** Its first bytes as Latin-1; undefined of what is no file. */
async function startOf(file: string): Promise<string | undefined> {
  if (!(await stat(file)).isFile()) return undefined;
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
