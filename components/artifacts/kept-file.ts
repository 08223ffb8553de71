import { posix } from "node:path";
import { type JsonText, jsonText, ofJsonText } from "../json-text";
import type { PackageFileInputs, PackageFileProperties } from "./package-file";

/** A stack's state is written anew at each step: the name is kept only where it is not the folder's, as a topology's is. */
export type KeptFile = Omit<PackageFileInputs, "name"> & { readonly name?: string };

/** What of a package the engine is to keep. */
export function keptFile({ name, ...file }: PackageFileInputs): JsonText<KeptFile> {
  return jsonText<KeptFile>(name === posix.basename(file.folder) ? file : { ...file, name });
}

/** The inputs, of what any version of this library kept: the first one by one, the second as an object, all with the name. */
export function fileOf(properties: PackageFileProperties | PackageFileInputs): PackageFileInputs {
  if (!("file" in properties)) return properties;
  const file = ofJsonText(properties.file);
  return { ...file, name: file.name ?? posix.basename(file.folder) };
}
