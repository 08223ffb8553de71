import { posix } from "node:path";
import { pathToFileURL } from "node:url";
import type { ArtifactStoreArgs, FetchArgs } from "../cluster-args";
import { UserError } from "../errors";
import { hdfsPackageUri } from "./hdfs/address";
import { s3PackageUri } from "./s3/address";
import { fileName, type LocalPackage } from "./store";

/** The URI that the store of resolved `args` will give `file`; for planning without an engine. */
export function plannedUri(args: ArtifactStoreArgs, fetch: FetchArgs, folder: string, file: LocalPackage): string {
  if (args.s3 !== undefined) return s3PackageUri(args.s3, fetch, folder, file);
  if (args.hdfs !== undefined) return hdfsPackageUri(args.hdfs, folder, file);
  if (args.directory !== undefined) return directoryUri(args.directory.path, folder, file);
  throw noStore();
}

/** Bytes that a package's name may have: a file system takes 255, and its sha256 and the mark of a file in the writing follow. */
const longestName = 255 - "-.tar.gz..part".length - 64 - 36;

/** The `file:` URI of a package in the directory store at `directory`. @throws UserError when no folder takes its name */
export function directoryUri(directory: string, folder: string, file: LocalPackage): string {
  if (Buffer.byteLength(file.name) > longestName)
    throw new UserError(
      `The package's name '${file.name}' is too long for a file in artifacts.directory, beside the sha256 in it: at most ` +
        `${longestName} bytes. Give the topology, or the core package's file, a shorter name.`,
    );
  return pathToFileURL(posix.join(directory, folder, fileName(file))).href;
}

/** What is said of arguments that name no store. */
export function noStore(): UserError {
  return new UserError(
    "artifacts names no store. Set artifacts.s3.bucket, artifacts.hdfs.namenodes and path, or artifacts.directory.path to a " +
      "folder that every agent sees.",
  );
}
