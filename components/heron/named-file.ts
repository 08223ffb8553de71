import { basename } from "node:path";
import type { Cache } from "../cache";
import { ArgumentError } from "../errors";
import type { Path } from "../finding";
import { codeOf } from "../system-error";

/**
 * sha256 of a file that a topology's arguments name.
 * @param path where they name it
 * @throws ArgumentError for a file that is not there or cannot be read
 */
export async function hashOf(path: Path, file: string, cache: Cache): Promise<string> {
  return cache.hash(file).catch((error: unknown) => {
    const code = codeOf(error) ?? "unreadable";
    const why = code === "ENOENT" ? `there is no file ${basename(file)}` : `${basename(file)} cannot be read (${code})`;
    throw new ArgumentError([{ path, message: `${why}. Build it, or correct the path.` }]);
  });
}
