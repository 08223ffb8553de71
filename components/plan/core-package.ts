import { resolve } from "node:path";
import { stat } from "node:fs/promises";
import { openCache, sha256File } from "../cache";
import type { CorePackageArgs } from "../cluster-args";
import { UserError } from "../errors";
import type { LocalPackage } from "../artifacts/store";

/**
 * The core package's identity; the file stays where it is, the cache remembers where.
 * @throws UserError when it is missing or hashes to something else than the document says
 */
export async function corePackage(args: CorePackageArgs, baseDirectory: string): Promise<LocalPackage> {
  const path = resolve(baseDirectory, args.path);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new UserError(`core.path: there is no file ${args.path}. Give the path of a Heron core package (tar.gz).`);
  }
  const sha256 = await sha256File(path);
  if (args.sha256 !== undefined && args.sha256 !== sha256) {
    throw new UserError(
      `core.sha256: ${args.path} hashes to ${sha256}, but the document says ${args.sha256}. ` +
        `Nothing was touched. Get the right file, or correct core.sha256 if this one is meant.`,
    );
  }
  await openCache().remember(sha256, path);
  return { name: "heron-core", sha256, size: found.size };
}
