import { ofJsonText } from "../json-text";
import { knownValue } from "./known-value";
import { PackageFile } from "./package-file";
import { isSameFolder } from "./same-folder";
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
    holds: async (resource, { folder, file }) => {
      if (!(resource instanceof PackageFile)) return true;
      const [kept, path] = [await knownValue(resource.file), await knownValue(directory)];
      if (kept === undefined || path === undefined) return true;
      const held = ofJsonText(kept);
      return held.sha256 === file.sha256 && held.folder === folder && isSameFolder(held.directory, path);
    },
  };
}
