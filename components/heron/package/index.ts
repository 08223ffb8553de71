import { type Cache, sha256 } from "../../cache";
import { ArgumentError } from "../../errors";
import { hashOf } from "../named-file";
import { tarOf } from "./archive";
import { gzipStored } from "./gzip";
import { confInOrder, type PackageContent, packageMembers } from "./members";

export type { PackageContent } from "./members";

/** Raised when the bytes made from the same content change: packages made before are then not taken for current ones. */
const format = 1;

/** A topology package in the checkout's cache: sha256 in lower-case hex, size in bytes. */
export interface TopologyPackage {
  readonly sha256: string;
  readonly size: number;
  readonly path: string;
}

/**
 * The topology package that `heron submit` makes, byte for byte the same wherever it is made. Built once, then kept in
 * the cache by what went in; the user's file is streamed, never held in memory.
 * @throws ArgumentError when the user's file is missing or changes meanwhile, or for names that a package cannot hold
 */
export async function buildTopologyPackage(content: PackageContent, cache: Cache): Promise<TopologyPackage> {
  const members = packageMembers(content);
  const fileHash = await hashOf(["package"], content.topologyFile, cache);
  const key = contentKey(content, fileHash);
  const known = await cache.noted(kind, key);
  const kept = known === undefined ? undefined : await cache.file(known);
  if (kept !== undefined) return kept;

  const tar = tarOf(members, (read) => {
    if (read === fileHash) return;
    const message = `${content.topologyFileName} was changed while it was being packed. Run again.`;
    throw new ArgumentError([{ path: ["package"], message }]);
  });
  const built = await cache.putFile(gzipStored(tar));
  await cache.note(kind, key, built.sha256);
  return built;
}

const kind = "topology-packages";

function contentKey({ topologyFileName, definition, definitionName, conf }: PackageContent, fileHash: string): string {
  const parts = [topologyFileName, fileHash, definitionName, sha256(definition), confInOrder(conf)];
  return sha256(JSON.stringify([format, ...parts]));
}
