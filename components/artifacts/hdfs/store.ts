import * as pulumi from "@pulumi/pulumi";
import type { HdfsStoreArgs } from "../../cluster-args";
import type { ArtifactStore } from "../store";
import { hdfsPackageUri, hdfsPath } from "./address";
import { HdfsFile } from "./file";

/**
 * Packages in HDFS. Each is a resource of its own, named by its hash, as in S3: the engine uploads the new one, waits for
 * the job to be rolled, and deletes the old one last.
 * @param cluster by which the delegation token is found
 * @param owner `project/stack`: who keeps the packages there
 */
export function hdfsStore(args: HdfsStoreArgs, cluster: pulumi.Input<string>, owner: string): ArtifactStore {
  const { namenodes, user } = args;
  return {
    uri: (folder, file) => pulumi.all([folder, file]).apply(([inside, known]) => hdfsPackageUri(args, inside, known)),
    publish: (name, folder, file, options) =>
      pulumi.all([cluster, folder, file]).apply(
        ([aurora, inside, known]) =>
          new HdfsFile(
            `${name}-${known.sha256.slice(0, 8)}`,
            {
              cluster: aurora,
              namenodes,
              ...(user !== undefined && { user }),
              path: hdfsPath(args, inside, known),
              sha256: known.sha256,
              size: known.size,
              owner: `${owner}/${name}`,
            },
            options,
          ),
      ),
  };
}
