import { basename } from "node:path";
import { type Cache, sha256 } from "../../cache";
import { hashOf } from "../named-file";
import { className, emittingProgram } from "./main-command";
import { packageKind } from "./package-kind";
import type { EmissionRequest } from "./request";

/** Raised when what we ask of a main changes, so that definitions of before are emitted anew. */
const format = 1;

/**
 * The address of what a request emits: a hash over the content of the files and everything else that the main is given.
 * @throws ArgumentError when a file is missing
 */
export async function emissionKey(request: EmissionRequest, cache: Cache): Promise<string> {
  const { package: file, libraries = [], jvmProperties, initialState = "RUNNING" } = request;
  const { class: name, args, cluster, role, environment, submitUser, topologyName } = request;
  const content = [await hashOf(["package"], file, cache)];
  for (const [index, library] of libraries.entries()) content.push(await hashOf(["libraries", index], library, cache));
  if (packageKind(file) === "library")
    content.push(await hashOf(["class"], emittingProgram(request, className(request)), cache));
  const properties = Object.entries(jvmProperties);
  const given = { name, args, properties, cluster, role, environment, submitUser, topologyName, initialState };
  return sha256(JSON.stringify([format, basename(file), content, given]));
}
