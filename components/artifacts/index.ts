import type { HdfsStoreArgs } from "../cluster-args";
import { directoryStore } from "./directory";
import { hdfsStore } from "./hdfs/store";
import { noStore } from "./planned-uri";
import type { S3StoreInputs } from "./s3/inputs";
import type * as S3 from "./s3/store";
import type { ArtifactStore } from "./store";
import type * as pulumi from "../pulumi";

/** Which store, told by its key; its settings may be inputs. */
export interface ArtifactStoreInputs {
  readonly directory?: { readonly path: pulumi.Input<string> };
  readonly s3?: S3StoreInputs;
  readonly hdfs?: HdfsStoreArgs;
}

/** What a store's resources are made with. */
export interface StoreContext extends S3.S3StoreContext {
  /** Name of the Aurora cluster. */
  readonly cluster: pulumi.Input<string>;
}

/**
 * The store that `args` names.
 * @param owner `project/stack`
 * @throws UserError when it names none
 */
export function artifactStore(args: ArtifactStoreInputs, owner: string, context: StoreContext): ArtifactStore {
  if (args.s3 !== undefined) return s3().s3Store(args.s3, context);
  if (args.hdfs !== undefined) return hdfsStore(args.hdfs, context.cluster, owner);
  if (args.directory !== undefined) return directoryStore(args.directory.path, owner);
  throw noStore();
}

/** Loaded where it is used: the AWS SDK for Pulumi takes longer than all else of a program. */
function s3(): typeof S3 {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a resource's constructor cannot wait for import()
  return require("./s3/store") as typeof S3;
}
