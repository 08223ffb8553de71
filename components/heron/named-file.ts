import { basename } from "node:path";
import type { Cache } from "../cache";
import { ArgumentError } from "../errors";
import type { Path } from "../finding";
import { codeOf } from "../system-error";

/** What is wrong with a file, or what lies at an address, that hashes to something else than the document says. */
export function otherDigest(what: string, actual: string, expected: string): string {
  return (
    `${what} hashes to ${actual}, but the document says ${expected}. ` +
    "Nothing was touched. Get the right file, or correct the digest if this one is meant."
  );
}

/** Why a file that a document names has no hash. */
export function whyUnreadable(shown: string, error: unknown): string {
  const code = codeOf(error) ?? "unreadable";
  return code === "ENOENT" ? `there is no file ${shown}` : `${shown} cannot be read (${code})`;
}

/**
 * sha256 of a file that a topology's arguments name.
 * @param path where they name it
 * @throws ArgumentError for a file that is not there or cannot be read
 */
export async function hashOf(path: Path, file: string, cache: Cache): Promise<string> {
  return cache.hash(file).catch((error: unknown) => {
    const message = `${whyUnreadable(basename(file), error)}. Build it, or correct the path.`;
    throw new ArgumentError([{ path, message }]);
  });
}
