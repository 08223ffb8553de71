import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "./errors";

/**
 * The folder of the Pulumi project: the nearest one at or above `from` with a Pulumi.yaml. Found by walking up, since
 * both the program and the dynamic provider's process start inside it and older language hosts cannot tell.
 */
export function projectRoot(from = process.cwd()): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    if (folder === dirname(folder)) {
      throw new UserError(`No Pulumi.yaml at or above ${from}. Run the command inside the project's folder.`);
    }
  }
}
