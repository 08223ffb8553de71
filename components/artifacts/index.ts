import type * as pulumi from "@pulumi/pulumi";
import type { ArtifactStoreArgs, FetchArgs } from "../cluster-args";
import { UserError } from "../errors";
import { directoryStore, directoryUri } from "./directory";
import type { S3StoreInputs } from "./s3/inputs";
import { s3PackageUri, s3Store, type S3StoreContext } from "./s3/store";
import type { ArtifactStore, LocalPackage } from "./store";

/** Which store, told by its key; its settings may be inputs. */
export interface ArtifactStoreInputs {
  readonly directory?: { readonly path: pulumi.Input<string> };
  readonly s3?: S3StoreInputs;
}

/**
 * The store that `args` names.
 * @param owner `project/stack`
 * @throws UserError when it names none
 */
export function artifactStore(args: ArtifactStoreInputs, owner: string, context: S3StoreContext): ArtifactStore {
  if (args.s3 !== undefined) return s3Store(args.s3, context);
  if (args.directory !== undefined) return directoryStore(args.directory.path, owner);
  throw noStore();
}

/** The URI that the store of resolved `args` will give `file`; for planning without an engine. */
export function plannedUri(args: ArtifactStoreArgs, fetch: FetchArgs, folder: string, file: LocalPackage): string {
  if (args.s3 !== undefined) return s3PackageUri(args.s3, fetch, folder, file);
  if (args.directory !== undefined) return directoryUri(args.directory.path, folder, file);
  throw noStore();
}

function noStore(): UserError {
  return new UserError(
    "artifacts names no store. Set artifacts.s3.bucket, or artifacts.directory.path to a folder that every agent sees.",
  );
}
