import type * as pulumi from "@pulumi/pulumi";
import type { ArtifactStoreArgs } from "../cluster-args";
import { UserError } from "../errors";
import { directoryStore, directoryUri } from "./directory";
import type { ArtifactStore, LocalPackage } from "./store";

/** Which store, told by its key; its settings may be inputs. */
export interface ArtifactStoreInputs {
  readonly directory?: { readonly path: pulumi.Input<string> };
}

/** The store that `args` names. @throws UserError when it names none */
export function artifactStore(args: ArtifactStoreInputs, owner: string): ArtifactStore {
  if (args.directory !== undefined) return directoryStore(args.directory.path, owner);
  throw noStore();
}

/** The URI that the store of resolved `args` will give `file`; for planning without an engine. */
export function plannedUri(args: ArtifactStoreArgs, folder: string, file: LocalPackage): string {
  if (args.directory !== undefined) return directoryUri(args.directory.path, folder, file);
  throw noStore();
}

function noStore(): UserError {
  return new UserError("artifacts names no store. Set artifacts.directory.path to a folder that every agent sees.");
}
