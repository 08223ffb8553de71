import { dirname, relative, resolve, sep } from "node:path";

/** A path as a document says it, made absolute from the folder that document stands in. */
export function resolvePath(baseDirectory: string, path: string): string {
  return resolve(baseDirectory, path);
}

/** A file as shown to the user: from the folder above the stack document's own, e.g. `stacks/local.yaml`. */
export function shownPath(stackPath: string, file: string): string {
  return relative(dirname(dirname(resolve(stackPath))), file)
    .split(sep)
    .join("/");
}
