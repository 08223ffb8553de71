import type { FetchArgs, S3StoreArgs } from "../../cluster-args";
import { fileName, type LocalPackage } from "../store";

/** Where a bucket is, as far as addresses depend on it. */
export type S3Place = Pick<S3StoreArgs, "bucket" | "region" | "prefix" | "endpoint">;

const defaultPrefix = "heron";

/** Key of `file` in `folder` of the store. */
export function objectKey(place: S3Place, folder: string, file: Pick<LocalPackage, "name" | "sha256">): string {
  return `${prefixOf(place)}/${folder}/${fileName(file)}`;
}

/** Folder in the bucket that all packages are under. */
export function prefixOf({ prefix = defaultPrefix }: Pick<S3StoreArgs, "prefix">): string {
  return prefix;
}

/** Where a stack's packages lie in S3: what another one that uses the bucket has to know of it. */
export interface BucketPlace {
  readonly bucket: string;
  readonly region: string;
  /** Folder that all of the stack's packages are under. */
  readonly prefix: string;
}

/** The place that settings name. */
export function placeOf({ bucket, region, prefix }: S3Place): BucketPlace {
  return { bucket, region, prefix: prefixOf({ ...(prefix !== undefined && { prefix }) }) };
}

/** `s3://bucket/key`, for `aws s3 cp`. */
export function s3Uri({ bucket }: Pick<S3Place, "bucket">, key: string): string {
  return `s3://${bucket}/${key}`;
}

/**
 * The address of an object by HTTP: virtual-hosted style on AWS; path style on a server of another kind, and for names
 * with a dot, which AWS' certificates do not cover.
 */
export function httpUri({ bucket, region, endpoint }: S3Place, key: string): string {
  if (endpoint !== undefined) return `${endpoint.replace(/\/$/, "")}/${bucket}/${key}`;
  const host = `s3.${region}.${partitionOf(region).domain}`;
  return bucket.includes(".") ? `https://${host}/${bucket}/${key}` : `https://${bucket}.${host}/${key}`;
}

/** The URI by which agents that fetch by `fetch` find a package. */
export function s3PackageUri(place: S3Place, fetch: FetchArgs, folder: string, file: LocalPackage): string {
  const key = objectKey(place, folder, file);
  return fetch === "curl" ? httpUri(place, key) : s3Uri(place, key);
}

/** AWS partitions by the beginning of their regions' names; all others are the commercial one's. */
const partitions = [
  { regions: "cn-", name: "aws-cn", domain: "amazonaws.com.cn" },
  { regions: "us-gov-", name: "aws-us-gov", domain: "amazonaws.com" },
  { regions: "us-iso-", name: "aws-iso", domain: "c2s.ic.gov" },
  { regions: "us-isob-", name: "aws-iso-b", domain: "sc2s.sgov.gov" },
  { regions: "us-isof-", name: "aws-iso-f", domain: "csp.hci.ic.gov" },
  { regions: "eu-isoe-", name: "aws-iso-e", domain: "cloud.adc-e.uk" },
  { regions: "eusc-", name: "aws-eusc", domain: "amazonaws.eu" },
] as const;

/** The partition of a region: the second part of its ARNs, and the domain of its endpoints. */
export function partitionOf(region: string): { readonly name: string; readonly domain: string } {
  return partitions.find(({ regions }) => region.startsWith(regions)) ?? { name: "aws", domain: "amazonaws.com" };
}

/** ARN of a bucket. */
export function bucketArn({ bucket, region }: S3Place): string {
  return `arn:${partitionOf(region).name}:s3:::${bucket}`;
}
