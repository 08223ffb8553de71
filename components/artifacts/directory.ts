import { PackageFile } from "./package-file";
import type { ArtifactStore } from "./store";
import * as pulumi from "../pulumi";

/**
 * The embedded default: a folder that the machine running Pulumi and every agent see under the same path.
 * @param directory absolute, as the agents see it
 * @param owner `project/stack`: who keeps the packages there
 */
export function directoryStore(directory: pulumi.Input<string>, owner: string): ArtifactStore {
  return {
    publish: (name, what, options, use) => {
      const inputs = pulumi.all([directory, what, use]).apply(([path, { folder, file }, asked]) => ({
        directory: path,
        folder,
        name: file.name,
        sha256: file.sha256,
        size: file.size,
        owner: `${owner}/${name}`,
        // A topology's own packages stay as long as its job is in the state.
        ...(asked !== undefined && asked.job === undefined && { use: asked }),
      }));
      return [new PackageFile(name, inputs, options)];
    },
  };
}
