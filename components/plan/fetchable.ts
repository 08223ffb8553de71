import type { FetchArgs } from "../cluster-args";

/** An artifact store, as far as it decides how agents can fetch from it. */
export interface FetchableStore {
  readonly directory?: unknown;
  readonly hdfs?: unknown;
  readonly s3?: {
    readonly create?: boolean;
    readonly kmsKey?: unknown;
    readonly readers?: { readonly roles?: unknown; readonly vpcEndpoints?: unknown; readonly cidrs?: unknown };
  };
}

/** Why agents could not fetch from the store in the way that is asked for; undefined when they can. */
export function unfetchable({ directory, s3, hdfs }: FetchableStore, fetch: FetchArgs): string | undefined {
  if (fetch === "hdfs" && hdfs === undefined) {
    return "'hdfs' reads from HDFS, but the packages lie elsewhere; name it in artifacts.hdfs, or leave fetch out";
  }
  if (hdfs !== undefined && typeof fetch === "string" && fetch !== "hdfs") {
    return `'${fetch}' cannot read from HDFS, where the packages lie; use 'hdfs', or commands of your own`;
  }
  if (fetch === "copy" && directory === undefined) {
    return "'copy' is for a folder that agents have mounted, but the packages lie in a bucket; use 'aws' or 'curl'";
  }
  if (fetch === "aws" && s3 === undefined) {
    return "'aws' reads from a bucket, but the packages lie in a folder; use 'copy', or name a bucket in artifacts.s3";
  }
  if (fetch !== "curl" || s3 === undefined) return undefined;
  if (s3.kmsKey !== undefined) {
    return "'curl' asks without credentials, which S3 refuses for objects under a KMS key; use 'aws', or leave artifacts.s3.kmsKey out";
  }
  const anybody = s3.readers?.vpcEndpoints !== undefined || s3.readers?.cidrs !== undefined;
  if (s3.create !== false && !anybody) {
    return "'curl' asks without credentials, and nobody may read so: name the agents' network in artifacts.s3.readers (vpcEndpoints or cidrs), or use 'aws'";
  }
  return undefined;
}
