import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { LocalPackage } from "../artifacts/store";
import { openCache } from "../cache";
import type { CorePackageArgs } from "../cluster-args";
import { ArgumentError } from "../errors";
import type { Path } from "../finding";
import { otherDigest, whyUnreadable } from "../heron/named-file";

/**
 * The core package's identity. A file stays where it is and the cache remembers where; what lies at a URL is streamed into
 * the cache, checked, once.
 * @throws ArgumentError when it is missing or hashes to something else than the document says
 */
export async function corePackage(args: CorePackageArgs, baseDirectory: string): Promise<LocalPackage> {
  const { path, url, sha256 } = args;
  if (url !== undefined && sha256 !== undefined) return downloaded(url, sha256, args.host !== false);
  if (path !== undefined) return onDisk(path, sha256, baseDirectory);
  throw wrong([], "give 'path', the file of a Heron core package, or 'url' with its 'sha256'.");
}

async function onDisk(path: string, expected: string | undefined, baseDirectory: string): Promise<LocalPackage> {
  const file = resolve(baseDirectory, path);
  const { size } = await stat(file).catch((error: unknown) => {
    throw wrong(["path"], `${whyUnreadable(path, error)}. Give the path of a Heron core package (tar.gz).`);
  });
  const cache = openCache();
  const sha256 = await cache.hash(file);
  if (expected !== undefined && expected !== sha256) throw mismatch(path, sha256, expected);
  await cache.remember(sha256, file);
  return { name: "heron-core", sha256, size };
}

async function downloaded(url: string, sha256: string, needed: boolean): Promise<LocalPackage> {
  const cache = openCache();
  // Agents that fetch it themselves check it themselves.
  if (!needed) return { name: "heron-core", sha256, size: 0 };
  const known = await cache.file(sha256);
  if (known !== undefined) return { name: "heron-core", sha256, size: known.size };
  const got = await cache.putFile(await bodyOf(url));
  if (got.sha256 !== sha256) throw mismatch(basename(new URL(url).pathname), got.sha256, sha256);
  return { name: "heron-core", sha256, size: got.size };
}

async function bodyOf(url: string): Promise<AsyncIterable<Uint8Array>> {
  const answer = await fetch(url).catch((error: unknown) => {
    const { cause = error } = error as Error;
    throw wrong(["url"], `${url} cannot be reached (${(cause as Error).message}). Look at address and network.`);
  });
  if (answer.ok && answer.body !== null) return untilItBreaks(url, answer.body);
  throw wrong(["url"], `${url} answered ${answer.status}. Give the address of a Heron core package.`);
}

async function* untilItBreaks(url: string, body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    const { cause = error } = error as Error;
    throw wrong(
      ["url"],
      `${url} broke off in the middle (${(cause as Error).message}). Nothing was touched. Run again; if it ` +
        `breaks again, look at the server and the network.`,
    );
  }
}

function mismatch(what: string, actual: string, expected: string): ArgumentError {
  return wrong(["sha256"], otherDigest(what, actual, expected));
}

function wrong(path: Path, message: string): ArgumentError {
  return new ArgumentError([{ path: ["core", ...path], message }]);
}
