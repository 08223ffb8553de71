import type { HdfsStoreArgs } from "../../cluster-args";
import type { ArtifactStore } from "../store";
import { knownValue } from "../known-value";
import { hdfsPath } from "./address";
import { HdfsFile } from "./file";
import * as pulumi from "../../pulumi";

/**
 * Packages in HDFS. Each is a resource of its own, named by its hash, as in S3: the engine uploads the new one, waits for
 * the job to be rolled, and deletes the old one last.
 * @param cluster by which the delegation token is found
 * @param owner `project/stack`: who keeps the packages there
 */
export function hdfsStore(args: HdfsStoreArgs, cluster: pulumi.Input<string>, owner: string): ArtifactStore {
  const { namenodes, user } = args;
  return {
    publish: (name, what, options, use) => [
      pulumi.all([cluster, what, use]).apply(
        ([aurora, { folder, file }, asked]) =>
          new HdfsFile(
            `${name}-${file.sha256.slice(0, 8)}`,
            {
              cluster: aurora,
              namenodes,
              ...(user !== undefined && { user }),
              path: hdfsPath(args, folder, file),
              sha256: file.sha256,
              size: file.size,
              owner: `${owner}/${name}`,
              ...(asked !== undefined && { use: asked }),
            },
            options,
          ),
      ),
    ],
    holds: async (resource, { folder, file }) => {
      const kept = resource instanceof HdfsFile ? await knownValue(resource.file) : undefined;
      if (kept === undefined) return true;
      // One that is reached at none of the addresses that it had is another HDFS.
      return kept.path === hdfsPath(args, folder, file) && kept.namenodes.some((url) => namenodes.includes(url));
    },
  };
}
