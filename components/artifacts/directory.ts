import * as pulumi from "@pulumi/pulumi";
import { posix } from "node:path";
import { pathToFileURL } from "node:url";
import { PackageFile } from "./package-file";
import { type ArtifactStore, fileName, type LocalPackage } from "./store";

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

/** The `file:` URI of a package in the directory store at `directory`. */
export function directoryUri(directory: string, folder: string, file: LocalPackage): string {
  return pathToFileURL(posix.join(directory, folder, fileName(file))).href;
}
