import type { HdfsStoreArgs } from "../../cluster-args";
import { fileName, type LocalPackage } from "../store";

/** Absolute path in HDFS of `file` in `folder` of the store. */
export function hdfsPath(
  { path }: Pick<HdfsStoreArgs, "path">,
  folder: string,
  file: Pick<LocalPackage, "name" | "sha256">,
): string {
  return `${path}/${folder}/${fileName(file)}`;
}

/** `hdfs://authority/path`; without an authority the agents' own default file system is meant, `hdfs:///path`. */
export function hdfsUri({ authority = "" }: Pick<HdfsStoreArgs, "authority">, path: string): string {
  return `hdfs://${authority}${path}`;
}

/** The URI by which agents find a package. */
export function hdfsPackageUri(
  store: Pick<HdfsStoreArgs, "authority" | "path">,
  folder: string,
  file: LocalPackage,
): string {
  return hdfsUri(store, hdfsPath(store, folder, file));
}
