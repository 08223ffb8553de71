import { type Cache, sha256, sha256File, type StoredFile } from "../../cache";
import { UserError } from "../../errors";
import { tarOf } from "./archive";
import { gzipStored } from "./gzip";
import { confInOrder, packageMembers, type TopologyPackageContents } from "./members";

/** Raised when the bytes made from the same contents change: packages made before are then not taken for current ones. */
const formatVersion = 1;
const kind = "topology-package";

/**
 * The topology package that `heron submit` makes, byte for byte the same wherever it is made. It is kept in the cache, by
 * the content of what goes in, and built once; the user's file is never held in memory.
 *
 * @throws UserError when the user's file changes meanwhile, or for names that a package cannot hold
 */
export async function buildTopologyPackage(contents: TopologyPackageContents, cache: Cache): Promise<StoredFile> {
  const members = packageMembers(contents);
  const topologyFileHash = await sha256File(contents.topologyFile);
  const key = contentsKey(contents, topologyFileHash);
  const known = await cache.recall(kind, key);
  if (known !== undefined) return known;

  const built = await cache.put(
    kind,
    gzipStored(
      tarOf(members, (_path, read) => {
        if (read === topologyFileHash) return;
        throw new UserError(`${contents.topologyFileName} was changed while it was being packed: run again`);
      }),
    ),
  );
  await cache.remember(kind, key, built.sha256);
  return built;
}

function contentsKey(contents: TopologyPackageContents, topologyFileHash: string): string {
  const { topologyFileName, definitionName, definition, conf } = contents;
  return sha256(
    JSON.stringify([
      formatVersion,
      [topologyFileName, topologyFileHash],
      [definitionName, sha256(definition)],
      confInOrder(conf),
    ]),
  );
}
