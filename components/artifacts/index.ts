import { createRequire } from "node:module";
import type { HdfsStoreArgs } from "../cluster-args";
import { directoryStore } from "./directory";
import { hdfsStore } from "./hdfs/store";
import { noStore } from "./planned-uri";
import type { S3StoreInputs } from "./s3/inputs";
import type * as S3 from "./s3/store";
import type { ArtifactStore } from "./store";
import type * as pulumi from "../pulumi";

const load = createRequire(__filename);

/** Loaded where packages lie in S3: the AWS SDK for Pulumi takes longer than all else of a program. */
const s3 = () => load("./s3/store") as typeof S3;

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
