import * as pulumi from "@pulumi/pulumi";
import { PackageFile } from "./package-file";
import { directoryUri } from "./planned-uri";
import type { ArtifactStore } from "./store";

/**
 * The embedded default: a folder that the machine running Pulumi and every agent see under the same path.
 * @param directory absolute, as the agents see it
 * @param owner `project/stack`: who keeps the packages there
 */
export function directoryStore(directory: pulumi.Input<string>, owner: string): ArtifactStore {
  return {
    uri: (folder, file) =>
      pulumi.all([directory, folder, file]).apply(([path, inside, known]) => directoryUri(path, inside, known)),
    publish: (name, folder, file, options) => {
      const inputs = pulumi.all([directory, folder, file]).apply(([path, inside, local]) => ({
        directory: path,
        folder: inside,
        name: local.name,
        sha256: local.sha256,
        size: local.size,
        owner: `${owner}/${name}`,
      }));
      return new PackageFile(name, inputs, options);
    },
  };
}
